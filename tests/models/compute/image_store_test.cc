#include "models/compute/image_store.h"

#include <gtest/gtest.h>

namespace cv2x {
namespace {

// Layers 0 "base" 30 MB, 1 "cuda" 200 MB, 2 and 3 models of 10 MB. 800 Mbit/s: 100 MB/s.
const std::vector<Image> kImages = {{{{0, 30'000'000}, {1, 200'000'000}, {2, 10'000'000}}},
                                    {{{0, 30'000'000}, {3, 10'000'000}}},
                                    {{{0, 30'000'000}}}};
constexpr double kUnpackBps = 800e6;

TEST(ImageStore, FetchesLayerByLayerThenUnpacks) {
  ImageStore store(kImages, kUnpackBps, {false, false, false});
  EXPECT_FALSE(store.has(0));
  store.want(0, 0);
  EXPECT_EQ(store.take_fetch(), 30'000'000);
  EXPECT_FALSE(store.take_fetch());
  store.fetched(1 * kSecond);
  EXPECT_EQ(store.take_fetch(), 200'000'000);
  store.fetched(5 * kSecond);
  EXPECT_EQ(store.take_fetch(), 10'000'000);
  EXPECT_EQ(store.next_wakeup(), kNever);
  store.fetched(6 * kSecond);
  EXPECT_FALSE(store.take_fetch());
  EXPECT_EQ(store.next_wakeup(), 6 * kSecond + 2'400 * kMillisecond);  // 240 MB at 100 MB/s
  const auto ended = store.advance(store.next_wakeup());
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_EQ(ended[0].image, 0u);
  EXPECT_TRUE(ended[0].complete);
  EXPECT_EQ(ended[0].bytes, 240'000'000);
  EXPECT_TRUE(store.has(0));
}

TEST(ImageStore, PullsOneImageAfterTheOtherAndSharedLayersOnce) {
  ImageStore store(kImages, kUnpackBps, {false, false, false});
  store.want(1, 0);
  store.want(2, 0);
  store.want(1, 0);  // again: nothing
  EXPECT_EQ(store.take_fetch(), 30'000'000);
  store.fetched(kSecond);
  EXPECT_EQ(store.take_fetch(), 10'000'000);
  store.fetched(2 * kSecond);
  EXPECT_FALSE(store.take_fetch());  // image 2 waits for image 1, though its only layer is here
  const auto ended = store.advance(2'400 * kMillisecond);
  ASSERT_EQ(ended.size(), 2u);  // with nothing to fetch, nor to unpack, image 2 is complete at once
  EXPECT_EQ(ended[0].image, 1u);
  EXPECT_EQ(ended[1].image, 2u);
  EXPECT_EQ(ended[1].bytes, 0);
  EXPECT_FALSE(store.take_fetch());
}

TEST(ImageStore, WhatIsPresentIsNotFetched) {
  ImageStore store(kImages, kUnpackBps, {false, false, true});
  store.want(1, 0);
  EXPECT_EQ(store.take_fetch(), 10'000'000);  // the base is there with image 2
}

TEST(ImageStore, APullThatFailsLetsTheNextOneBegin) {
  ImageStore store(kImages, kUnpackBps, {false, false, false});
  store.want(0, 0);
  store.want(1, 0);
  EXPECT_EQ(store.take_fetch(), 30'000'000);
  store.fetched(1);
  store.take_fetch();
  store.fetch_failed(2);
  const auto ended = store.advance(2);
  ASSERT_EQ(ended.size(), 1u);
  EXPECT_FALSE(ended[0].complete);
  EXPECT_FALSE(store.has(0));
  EXPECT_EQ(store.take_fetch(), 10'000'000);  // of image 1, whose base has come for image 0
}

TEST(ImageStore, ExpectsWhatIsAheadToo) {
  ImageStore store(kImages, kUnpackBps, {false, false, false});
  // 40 MB at 100 MB/s, unpacked at 100 MB/s, 10 ms a layer.
  EXPECT_EQ(store.expected_ns(1, 800e6, 10 * kMillisecond, 0), 820 * kMillisecond);
  store.want(0, 0);
  EXPECT_EQ(store.expected_ns(0, 800e6, 0, 0), 4'800 * kMillisecond);
  EXPECT_EQ(store.expected_ns(1, 800e6, 0, 0), 4'800 * kMillisecond + 800 * kMillisecond);
}

}  // namespace
}  // namespace cv2x
