#include "models/compute/image_store.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace cv2x {

ImageStore::ImageStore(const std::vector<Image>& images, double unpack_bps, const std::vector<bool>& present)
    : images_(images), unpack_bps_(unpack_bps), complete_(present) {
  assert(present.size() == images.size());
  for (std::size_t i = 0; i < images.size(); ++i) {
    for (const auto& layer : images[i].layers) {
      if (layer.id >= layers_.size()) layers_.resize(layer.id + 1);
      if (present[i]) layers_[layer.id] = true;
    }
  }
}

void ImageStore::want(std::uint32_t image, TimeNs now) {
  assert(!complete_[image]);
  if (std::find(queue_.begin(), queue_.end(), image) != queue_.end()) return;
  queue_.push_back(image);
  if (queue_.size() == 1) next_step(now);
}

/// Fetches the next layer that is missing, or unpacks what has been fetched.
void ImageStore::next_step(TimeNs now) {
  const auto& layers = images_[queue_.front()].layers;
  while (layer_ < layers.size() && layers_[layers[layer_].id]) ++layer_;
  if (layer_ < layers.size()) {
    fetch_ = layers[layer_].bytes;
    fetching_ = true;
  } else {
    unpacked_ns_ = later(now, serialisation_ns(pulled_bytes_, unpack_bps_));
  }
}

void ImageStore::fetched(TimeNs now) {
  assert(fetching_);
  const auto& layer = images_[queue_.front()].layers[layer_];
  fetching_ = false;
  layers_[layer.id] = true;
  pulled_bytes_ += layer.bytes;
  next_step(now);
}

void ImageStore::fetch_failed(TimeNs now) {
  assert(fetching_);
  fetching_ = false;
  end(false);
  if (!queue_.empty()) next_step(now);
}

void ImageStore::end(bool complete) {
  complete_[queue_.front()] = complete;
  ended_.push_back({queue_.front(), complete, std::exchange(pulled_bytes_, 0)});
  queue_.pop_front();
  layer_ = 0;
}

std::optional<std::int64_t> ImageStore::take_fetch() { return std::exchange(fetch_, {}); }

std::vector<ImageStore::Ended> ImageStore::advance(TimeNs now) {
  while (unpacked_ns_ <= now) {
    const TimeNs at = std::exchange(unpacked_ns_, kNever);
    end(true);
    if (!queue_.empty()) next_step(at);
  }
  return std::exchange(ended_, {});
}

std::int64_t ImageStore::missing(std::uint32_t image) const {
  std::int64_t bytes = 0;
  for (const auto& layer : images_[image].layers) {
    if (!layers_[layer.id]) bytes += layer.bytes;
  }
  return bytes;
}

TimeNs ImageStore::expected_ns(std::uint32_t image, double rate_bps, TimeNs delay_ns, TimeNs now) const {
  if (complete_[image]) return 0;
  TimeNs expected = unpacked_ns_ == kNever ? 0 : unpacked_ns_ - now;
  const auto add = [&](std::uint32_t one) {
    const std::int64_t bytes = missing(one);
    expected = later(expected, serialisation_ns(bytes, rate_bps));
    expected = later(expected, serialisation_ns(bytes, unpack_bps_));
    for (const auto& layer : images_[one].layers) {
      if (!layers_[layer.id]) expected = later(expected, delay_ns);
    }
  };
  for (const std::uint32_t ahead : queue_) {
    add(ahead);
    if (ahead == image) return expected;
  }
  add(image);
  return expected;
}

}  // namespace cv2x
