#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <vector>

#include "models/base/time.h"

namespace cv2x {

/// An image as hosts see it: its layers, by number; a layer of several images has one number.
struct Image {
  struct Layer {
    std::uint32_t id;
    std::int64_t bytes;  ///< compressed
  };
  std::vector<Layer> layers;
};

/// The images on one host. Pulls are serial (kubelet's serializeImagePulls, its default), in the order in
/// which they are asked for; of an image only the layers are fetched that are not there, one after another,
/// and then unpacked at a fixed rate. Sans-IO: it says which bytes to fetch, is told when they are there, and
/// says which images are complete. Left out: fetching several layers at once and unpacking one while the next
/// is fetched (containerd does both: with one bottleneck the former changes nothing, without the latter this
/// is slower by at most the time to unpack all layers but the last); a disk that is full (images are never
/// deleted).
class ImageStore {
 public:
  /// `present[i]`: image i is there from the start. `images` outlives it.
  ImageStore(const std::vector<Image>& images, double unpack_bps, const std::vector<bool>& present);

  bool has(std::uint32_t image) const { return complete_[image]; }
  /// Asks for an image that is not there; asking again before it is changes nothing.
  void want(std::uint32_t image, TimeNs now);
  /// What was last given out by take_fetch() is there.
  void fetched(TimeNs now);
  /// It cannot be had: the pull is given up, and the next one begins.
  void fetch_failed(TimeNs now);

  /// Bytes of a layer to be fetched from the registry now; once for each.
  std::optional<std::int64_t> take_fetch();

  struct Ended {
    std::uint32_t image;
    bool complete;       ///< false: given up
    std::int64_t bytes;  ///< fetched for it
  };
  /// Pulls that have ended by `now`. Call it before want() at the same time.
  std::vector<Ended> advance(TimeNs now);
  TimeNs next_wakeup() const { return unpacked_ns_; }

  /// Until `image` would be complete if everything were fetched at `rate_bps` with `delay_ns` a layer from
  /// `now` on; 0: it is.
  TimeNs expected_ns(std::uint32_t image, double rate_bps, TimeNs delay_ns, TimeNs now) const;

 private:
  void next_step(TimeNs now);
  void end(bool complete);
  std::int64_t missing(std::uint32_t image) const;

  const std::vector<Image>& images_;
  double unpack_bps_;
  std::vector<bool> complete_;       // by image
  std::vector<bool> layers_;         // by layer
  std::deque<std::uint32_t> queue_;  // of images; the first one is being pulled
  std::size_t layer_ = 0;            // of that
  std::int64_t pulled_bytes_ = 0;    // of that
  bool fetching_ = false;
  std::optional<std::int64_t> fetch_;
  TimeNs unpacked_ns_ = kNever;
  std::vector<Ended> ended_;
};

}  // namespace cv2x
