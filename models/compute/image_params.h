#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "models/base/describe.h"

namespace cv2x {

/// A layer of an image. Its name stands for its content: layers of the same name are the same layer.
struct LayerParams {
  std::string name;
  std::int64_t bytes = 0;
};

struct ImageParams {
  std::string name;
  std::vector<LayerParams> layers;
  std::vector<std::string> prepulled;
};

/// How hosts get images and start containers. Defaults: edge-cloud parameters of this project (kubelet v1.32:
/// serialised pulls, 1 s between two looks at the runtime; unpacking and sandbox from memory, no source).
struct ContainersParams {
  std::string registry;
  std::int64_t request_bytes = 1'000;
  double unpack_bps = 600e6;
  TimeNs control_plane_ns = 10 * kMillisecond;
  TimeNs sandbox_ns = 500 * kMillisecond;
  TimeNs relist_ns = kSecond;
};

inline void describe(Visitor& v, LayerParams& p) {
  v.bytes({"size", "compressed, as the registry sends it; layers of the same name are the same layer", true},
          p.bytes, {1, 1e12});
}

inline void describe(Visitor& v, ImageParams& p) {
  v.entries({"layers", "its layers, by name; a host fetches those that it has not yet"}, p.layers);
  v.require(!p.layers.empty(), "layers", "an image needs a layer at least");
  v.references({"prepulled", "hosts that have it when the run begins"}, p.prepulled, "compute.hosts");
}

inline void describe(Visitor& v, ContainersParams& p) {
  v.reference({"registry", "site of the image registry"}, p.registry, "sites");
  v.bytes({"request", "bytes of the request for a layer or for a context"}, p.request_bytes, {1, 1e6});
  v.quantity({"unpack", "rate at which a host unpacks layers, of their compressed bytes"}, p.unpack_bps,
             Dimension::kRate, {1e6, 1e15});
  v.duration(
      {"control_plane", "from the wish for an instance until the host knows of it (API server, scheduler)"},
      p.control_plane_ns, {0, 3.6e12});
  v.duration({"sandbox", "creating the sandbox, its network and the container"}, p.sandbox_ns, {0, 3.6e12});
  v.duration({"relist",
              "a host sees that an instance runs when it looks at its runtime the next time; period of that "
              "(kubelet "
              "PLEG: 1 s); 0: at once"},
             p.relist_ns, {0, 6e10});
}

}  // namespace cv2x
