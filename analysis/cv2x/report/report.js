"use strict";
// What the page does beyond showing: values under the pointer, layers of maps, series switched off, zoom, print.
(() => {
  const all = (root, query) => [...root.querySelectorAll(query)];
  const tip = document.getElementById("tip");
  document.documentElement.classList.add("js");

  for (const figure of all(document, "figure")) {
    for (const input of all(figure, ".layers input"))
      input.addEventListener("change", () => {
        for (const part of all(figure, "[data-layer]"))
          part.classList.toggle("hidden", part.dataset.layer !== "" && part.dataset.layer !== input.value);
      });
    for (const button of all(figure, ".legend button"))
      button.addEventListener("click", () => {
        const on = button.getAttribute("aria-pressed") !== "true";
        button.setAttribute("aria-pressed", on);
        for (const part of all(figure, ".trace"))
          if (part.dataset.group === button.dataset.group) part.classList.toggle("off", !on);
      });
  }

  // --- values under the pointer ---
  const numbers = (text) => text.split(" ").map(Number);
  const say = (event, text) => {
    tip.textContent = text;
    tip.hidden = !text;
    if (!text) return;
    const box = tip.getBoundingClientRect();
    const left = event.clientX + 14 + box.width > innerWidth ? event.clientX - box.width - 10 : event.clientX + 14;
    tip.style.left = Math.max(left, 4) + "px";
    tip.style.top = Math.max(event.clientY - box.height - 8, 4) + "px";
  };
  const value = ([low, high, start, end, log], px) => {
    const v = low + ((px - start) / (end - start)) * (high - low);
    return log ? 10 ** v : v;
  };
  const shown = (v) => (v === 0 ? "0" : Number(v.toPrecision(3)).toString());
  const points = new WeakMap();
  const nearest = (path, x) => {
    if (!points.has(path)) points.set(path, path.getAttribute("d").split(/[ML]/).filter(Boolean).map((p) => p.split(",").map(Number)));
    let best = null;
    for (const p of points.get(path)) if (!best || Math.abs(p[0] - x) < Math.abs(best[0] - x)) best = p;
    return best;
  };
  let hair = null;
  const clear = () => {
    hair?.remove();
    hair = null;
    tip.hidden = true;
  };
  document.addEventListener("pointermove", (event) => {
    clear();
    const marked = event.target.closest?.("[data-tip]");
    if (marked) return say(event, marked.dataset.tip);
    const panel = event.target.closest?.("g.panel");
    if (!panel) return;
    const lines = all(panel, ".trace:not(.off):not(.hidden) path[data-name]");
    if (!lines.length) return;
    const svg = panel.ownerSVGElement;
    const at = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    const xs = numbers(panel.dataset.x), ys = numbers(panel.dataset.y);
    const rows = [];
    for (const line of lines) {
      const p = nearest(line, at.x);
      if (!p || Math.abs(p[0] - at.x) > 40) continue;
      const v = value(ys, p[1]);
      rows.push(`${line.dataset.name}: ${panel.dataset.as === "percent" || ys[4] ? shown(100 * v) + " %" : shown(v)}`);
    }
    if (!rows.length) return;
    hair = document.createElementNS("http://www.w3.org/2000/svg", "path");
    hair.setAttribute("class", "hair");
    hair.setAttribute("d", `M${at.x.toFixed(1)},${ys[2]}V${ys[3]}`);
    panel.append(hair);
    say(event, `${panel.dataset.along.replace(/ \[.*/, "") || "time"} ${shown(value(xs, at.x))}\n${rows.join("\n")}`);
  });
  document.addEventListener("pointerleave", clear);

  // --- zoom of maps ---
  for (const svg of all(document, "svg.map")) {
    const layer = svg.querySelector(".zoom");
    const size = svg.viewBox.baseVal;
    const marks = all(layer, "[transform]").map((mark) => [mark, mark.getAttribute("transform")]);
    let k = 1, x = 0, y = 0;
    const apply = () => {
      x = Math.min(0, Math.max(size.width * (1 - k), x));
      y = Math.min(0, Math.max(size.height * (1 - k), y));
      layer.setAttribute("transform", `translate(${x},${y}) scale(${k})`);
      for (const [mark, base] of marks) mark.setAttribute("transform", `${base} scale(${1 / k})`);
      svg.classList.toggle("zoomed", k > 1);
    };
    const zoom = (factor, cx = size.width / 2, cy = size.height / 2) => {
      const next = Math.min(12, Math.max(1, k * factor));
      x = cx - ((cx - x) * next) / k;
      y = cy - ((cy - y) * next) / k;
      k = next;
      apply();
    };
    const tools = document.createElement("div");
    tools.className = "tools";
    for (const [text, name, act] of [["+", "Zoom in", () => zoom(1.6)], ["−", "Zoom out", () => zoom(1 / 1.6)], ["⟲", "Whole map", () => zoom(0)]]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = text;
      button.title = name;
      button.setAttribute("aria-label", name);
      button.addEventListener("click", act);
      tools.append(button);
    }
    svg.parentElement.append(tools);
    const place = (event) => new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey) return;
      event.preventDefault();
      const p = place(event);
      zoom(Math.exp(-event.deltaY / 300), p.x, p.y);
    }, { passive: false });
    let from = null;
    svg.addEventListener("pointerdown", (event) => {
      if (k === 1) return;
      const p = place(event);
      from = [p.x - x, p.y - y];
      svg.setPointerCapture(event.pointerId);
    });
    svg.addEventListener("pointermove", (event) => {
      if (!from) return;
      const p = place(event);
      [x, y] = [p.x - from[0], p.y - from[1]];
      apply();
    });
    for (const end of ["pointerup", "pointercancel"]) svg.addEventListener(end, () => (from = null));
  }

  // --- print: everything open ---
  let closed = [];
  addEventListener("beforeprint", () => {
    closed = all(document, "details:not([open])");
    for (const part of closed) part.open = true;
  });
  addEventListener("afterprint", () => {
    for (const part of closed) part.open = false;
  });

  performance.mark("drawn");
})();
