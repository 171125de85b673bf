#include "models/topology/graph.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <limits>
#include <map>
#include <numeric>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "models/base/error.h"
#include "models/base/random.h"

namespace cv2x {
namespace {

std::vector<SiteParams> sites(const std::vector<std::string>& names) {
  std::vector<SiteParams> out;
  for (const auto& name : names) {
    out.emplace_back();
    out.back().name = name;
  }
  return out;
}

LinkParams link(std::string name, std::string from, std::string to, TimeNs delay_ns, double rate_bps = 1e9) {
  return {.name = std::move(name),
          .from = std::move(from),
          .to = std::move(to),
          .rate_bps = rate_bps,
          .delay_ns = delay_ns};
}

/// A route by names, to be compared across files in which the indices differ: "a -[l1]> b -[l2]< c".
std::string spell(Topology& topology, const std::vector<SiteParams>& s, const std::vector<LinkParams>& l,
                  const std::string& from, const std::string& to) {
  const auto index = [&](const std::string& name) {
    const auto it = std::find_if(s.begin(), s.end(), [&](const auto& site) { return site.name == name; });
    return SiteIndex{static_cast<std::uint32_t>(it - s.begin())};
  };
  const Route* route = topology.route(index(from), index(to));
  if (!route) return "no way";
  std::string out = from;
  for (const auto& hop : route->hops)
    out +=
        " -[" + l[hop.link.value].name + "]" + (hop.direction == 0 ? ">" : "<") + " " + s[hop.to.value].name;
  return out;
}

TEST(Topology, TakesTheShortestDelayThenTheFewestHops) {
  const auto s = sites({"a", "b", "c", "d"});
  const std::vector<LinkParams> l = {link("direct", "a", "c", 30, 1e6), link("first", "a", "b", 10, 5e9),
                                     link("second", "c", "b", 10, 2e9), link("even", "b", "d", 5),
                                     link("shortcut", "d", "a", 15)};
  Topology topology(s, l);
  EXPECT_EQ(topology.sites(), 4u);
  EXPECT_EQ(spell(topology, s, l, "a", "c"), "a -[first]> b -[second]< c");
  EXPECT_EQ(spell(topology, s, l, "c", "a"), "c -[second]> b -[first]< a");
  EXPECT_EQ(spell(topology, s, l, "a", "d"), "a -[shortcut]< d");  // 15 either way
  const Route* route = topology.route(SiteIndex{0}, SiteIndex{2});
  EXPECT_EQ(route->delay_ns, 20);
  EXPECT_EQ(route->bottleneck_bps, 2e9);
}

TEST(Topology, ASiteReachesItselfWithoutAHop) {
  const auto s = sites({"a", "b"});
  const std::vector<LinkParams> l = {link("l", "a", "b", 0)};
  Topology topology(s, l);
  const Route* route = topology.route(SiteIndex{1}, SiteIndex{1});
  ASSERT_TRUE(route);
  EXPECT_TRUE(route->hops.empty());
  EXPECT_EQ(route->delay_ns, 0);
  EXPECT_EQ(route->bottleneck_bps, std::numeric_limits<double>::infinity());
}

TEST(Topology, SaysWhenThereIsNoWay) {
  const auto s = sites({"a", "b", "c", "d"});
  const std::vector<LinkParams> l = {link("l", "a", "b", 1), link("m", "c", "d", 1)};
  Topology topology(s, l);
  EXPECT_EQ(topology.route(SiteIndex{0}, SiteIndex{2}), nullptr);
  EXPECT_EQ(topology.route(SiteIndex{3}, SiteIndex{1}), nullptr);
  EXPECT_NE(topology.route(SiteIndex{3}, SiteIndex{2}), nullptr);
}

TEST(Topology, ZeroDelaysMakeNoLoops) {
  const auto s = sites({"a", "b", "c", "d"});
  const std::vector<LinkParams> l = {link("ab", "a", "b", 0), link("bc", "b", "c", 0),
                                     link("ca", "c", "a", 0), link("cd", "c", "d", 0)};
  Topology topology(s, l);
  EXPECT_EQ(spell(topology, s, l, "a", "d"), "a -[ca]< c -[cd]> d");
  EXPECT_EQ(spell(topology, s, l, "d", "b"), "d -[cd]< c -[bc]< b");
}

TEST(Topology, OfParallelLinksTheShorterOneAndOnATieAlwaysTheSame) {
  const auto s = sites({"a", "b"});
  std::vector<LinkParams> l = {link("slow", "a", "b", 7), link("x", "a", "b", 3), link("y", "b", "a", 3),
                               link("z", "a", "b", 3)};
  std::string first;
  std::sort(l.begin(), l.end(), [](const auto& p, const auto& q) { return p.name < q.name; });
  do {
    Topology topology(s, l);
    const auto there = spell(topology, s, l, "a", "b");
    if (first.empty()) first = there;
    EXPECT_EQ(there, first);
    EXPECT_NE(there, "a -[slow]> b");
  } while (std::next_permutation(l.begin(), l.end(),
                                 [](const auto& p, const auto& q) { return p.name < q.name; }));
}

TEST(Topology, ALinkToNowhereIsAUserError) {
  const auto s = sites({"a", "b"});
  const std::vector<LinkParams> l = {link("l", "a", "c", 1)};
  try {
    Topology topology(s, l);
    FAIL();
  } catch (const UserError& error) {
    EXPECT_STREQ(error.what(), "link 'l' leads to 'c', which is not a site");
  }
}

struct World {
  std::vector<SiteParams> sites;
  std::vector<LinkParams> links;
};

/// Few different delays, zero among them, so that ties are the rule; some sites are not connected.
World random_world(std::uint64_t seed) {
  Stream random({seed}, "graph", 0);
  World w;
  const std::size_t n = 2 + random.next() % 8;
  for (std::size_t i = 0; i < n; ++i) {
    w.sites.emplace_back();
    w.sites.back().name = "s" + std::to_string(i);
  }
  const std::size_t m = random.next() % (2 * n);
  for (std::size_t i = 0; i < m; ++i) {
    const std::size_t a = random.next() % n;
    const std::size_t b = (a + 1 + random.next() % (n - 1)) % n;
    w.links.push_back(link("l" + std::to_string(i), w.sites[a].name, w.sites[b].name,
                           static_cast<TimeNs>(random.next() % 3),
                           1e9 * static_cast<double>(1 + random.next() % 4)));
  }
  return w;
}

template <class T>
void shuffle(std::vector<T>& values, Stream& random) {
  for (std::size_t i = values.size(); i > 1; --i) std::swap(values[i - 1], values[random.next() % i]);
}

using Length = std::pair<TimeNs, std::size_t>;  // delay, hops

/// Floyd and Warshall's three loops.
std::vector<std::vector<std::optional<Length>>> all_lengths(const World& w) {
  const std::size_t n = w.sites.size();
  std::map<std::string, std::size_t> index;
  for (std::size_t i = 0; i < n; ++i) index[w.sites[i].name] = i;
  std::vector<std::vector<std::optional<Length>>> d(n, std::vector<std::optional<Length>>(n));
  for (std::size_t i = 0; i < n; ++i) d[i][i] = Length{0, 0};
  const auto shorten = [](std::optional<Length>& have, const Length& other) {
    if (!have || other < *have) have = other;
  };
  for (const auto& l : w.links) {
    shorten(d[index[l.from]][index[l.to]], {l.delay_ns, 1});
    shorten(d[index[l.to]][index[l.from]], {l.delay_ns, 1});
  }
  for (std::size_t k = 0; k < n; ++k) {
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < n; ++j) {
        if (d[i][k] && d[k][j])
          shorten(d[i][j], {d[i][k]->first + d[k][j]->first, d[i][k]->second + d[k][j]->second});
      }
    }
  }
  return d;
}

TEST(Topology, RandomGraphsAgreeWithBruteForce) {
  for (std::uint64_t seed = 0; seed < 300; ++seed) {
    const World w = random_world(seed);
    Topology topology(w.sites, w.links);
    const auto expected = all_lengths(w);
    for (std::uint32_t from = 0; from < w.sites.size(); ++from) {
      for (std::uint32_t to = 0; to < w.sites.size(); ++to) {
        const Route* route = topology.route(SiteIndex{from}, SiteIndex{to});
        ASSERT_EQ(route != nullptr, expected[from][to].has_value());
        if (!route) continue;
        ASSERT_EQ(Length(route->delay_ns, route->hops.size()), *expected[from][to]) << seed;
        // The hops are a way from one to the other, and delay and bottleneck are its own.
        std::string at = w.sites[from].name;
        TimeNs delay = 0;
        double bottleneck = std::numeric_limits<double>::infinity();
        for (const auto& hop : route->hops) {
          const auto& l = w.links[hop.link.value];
          ASSERT_EQ(hop.direction == 0 ? l.from : l.to, at);
          at = hop.direction == 0 ? l.to : l.from;
          ASSERT_EQ(w.sites[hop.to.value].name, at);
          delay += l.delay_ns;
          bottleneck = std::min(bottleneck, l.rate_bps);
        }
        ASSERT_EQ(at, w.sites[to].name);
        ASSERT_EQ(route->delay_ns, delay);
        ASSERT_EQ(route->bottleneck_bps, bottleneck);
        ASSERT_EQ(topology.route(SiteIndex{to}, SiteIndex{from})->delay_ns, delay);
      }
    }
  }
}

TEST(Topology, OrderOfTheFileAndUnusedSitesChangeNoRoute) {
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    const World w = random_world(seed);
    Topology topology(w.sites, w.links);
    World other = w;
    Stream random({seed}, "shuffle", 0);
    // An island, and dead ends that are nobody's shortest way.
    other.sites.push_back(sites({"island"})[0]);
    other.sites.push_back(sites({"dead_end"})[0]);
    for (std::size_t i = 0; i < 3; ++i)
      other.links.push_back(
          link("far" + std::to_string(i), "dead_end", w.sites[i % w.sites.size()].name, 1000));
    const bool connected_before = [&] {
      for (std::uint32_t to = 0; to < w.sites.size(); ++to) {
        if (!topology.route(SiteIndex{0}, SiteIndex{to})) return false;
      }
      return true;
    }();
    if (!connected_before) other.links.resize(w.links.size());  // else the dead end would join what was apart
    shuffle(other.sites, random);
    shuffle(other.links, random);
    Topology shuffled(other.sites, other.links);
    for (const auto& from : w.sites) {
      for (const auto& to : w.sites) {
        ASSERT_EQ(spell(shuffled, other.sites, other.links, from.name, to.name),
                  spell(topology, w.sites, w.links, from.name, to.name))
            << seed;
      }
    }
  }
}

}  // namespace
}  // namespace cv2x
