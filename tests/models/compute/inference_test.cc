#include "models/compute/inference.h"

#include <gtest/gtest.h>

namespace cv2x {
namespace {

TEST(Inference, ThePublishedTimes) {
  EXPECT_EQ(published_inference_times().size(), 20u);
  EXPECT_EQ(inference_time({}, "yolo11n", "t4"), 1'500'000);
  EXPECT_EQ(inference_time({}, "yolo11x-int8", "orin_nx"), 22'320'000);
  EXPECT_EQ(inference_time({}, "yolov8x", "a100"), 3'530'000);
  EXPECT_EQ(inference_time({}, "yolo11n", "a100"), std::nullopt);
  EXPECT_EQ(inference_time({}, "yolo12n", "t4"), std::nullopt);
}

TEST(Inference, OnesOwnTimesComeFirst) {
  const std::vector<InferenceParams> own = {{"x", "bev", "t4", 9}, {"y", "yolo11n", "t4", 8}};
  EXPECT_EQ(inference_time(own, "bev", "t4"), 9);
  EXPECT_EQ(inference_time(own, "yolo11n", "t4"), 8);
  EXPECT_EQ(inference_time(own, "yolo11s", "t4"), 2'500'000);
  const auto names = inference_names(own);
  EXPECT_EQ(names.networks.front(), "bev");
  EXPECT_EQ(names.networks.size(), 1 + 10 + 5u);
  EXPECT_EQ(names.gpus, (std::vector<std::string_view>{"t4", "orin_nx", "a100"}));
}

TEST(Inference, ALargerNetworkTakesLonger) {
  for (const std::string gpu : {"t4", "orin_nx"}) {
    TimeNs before = 0;
    for (const std::string size : {"n", "s", "m", "l", "x"}) {
      const TimeNs time = inference_time({}, "yolo11" + size, gpu).value();
      EXPECT_GT(time, before) << size << " on " << gpu;
      before = time;
    }
  }
}

}  // namespace
}  // namespace cv2x
