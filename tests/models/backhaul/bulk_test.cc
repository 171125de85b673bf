#include "models/backhaul/bulk.h"

#include <gtest/gtest.h>

#include <vector>

namespace cv2x {
namespace {

constexpr BulkParams kParams{.chunk_bytes = 1'000,
                             .initial_window_bytes = 1'000,
                             .window_bytes = 8'000,
                             .retry_ns = 200 * kMillisecond};

/// Sends all that goes, in chunks; how many.
int burst(Bulk& bulk, TimeNs now = 0) {
  int chunks = 0;
  while (bulk.take_chunk(now) > 0) ++chunks;
  return chunks;
}

TEST(Bulk, SendsTheRestAsALastSmallerChunk) {
  BulkParams params = kParams;
  params.initial_window_bytes = 8'000;
  Bulk bulk(params, 2'300);
  EXPECT_EQ(bulk.take_chunk(0), 1'000);
  EXPECT_EQ(bulk.take_chunk(0), 1'000);
  EXPECT_EQ(bulk.take_chunk(0), 300);
  EXPECT_EQ(bulk.take_chunk(0), 0);
  EXPECT_FALSE(bulk.arrived(1'000));
  EXPECT_FALSE(bulk.arrived(300));
  EXPECT_TRUE(bulk.arrived(1'000));
}

TEST(Bulk, SlowStartDoublesTheWindowEveryRoundTrip) {
  Bulk bulk(kParams, 100'000);
  std::vector<int> bursts;
  for (int round = 0; round < 5; ++round) {
    bursts.push_back(burst(bulk));
    for (int i = 0; i < bursts.back(); ++i) bulk.acknowledged(1'000);
  }
  EXPECT_EQ(bursts, (std::vector<int>{1, 2, 4, 8, 8}));  // the receiver's window is 8 chunks
}

TEST(Bulk, WithTheWholeWindowAtFirstThereIsNoSlowStart) {
  BulkParams params = kParams;
  params.initial_window_bytes = 1'000'000;
  Bulk bulk(params, 100'000);
  EXPECT_EQ(burst(bulk), 8);
}

TEST(Bulk, ALossHalvesTheWindowOnceAndThenItGrowsByAChunkAWindow) {
  BulkParams params = kParams;
  params.initial_window_bytes = 8'000;
  Bulk bulk(params, 1'000'000);
  ASSERT_EQ(burst(bulk), 8);
  bulk.lost(1'000, 0);
  bulk.lost(1'000, 0);  // of the same window
  EXPECT_EQ(bulk.window_bytes(), 4'000);
  EXPECT_EQ(burst(bulk), 0);                             // not before an acknowledgement
  for (int i = 0; i < 4; ++i) bulk.acknowledged(1'000);  // two chunks are still under way
  EXPECT_GT(bulk.window_bytes(), 4'900);
  EXPECT_LT(bulk.window_bytes(), 5'000);
}

TEST(Bulk, WhatIsLostIsSentAgain) {
  Bulk bulk(kParams, 1'000);
  EXPECT_EQ(bulk.take_chunk(0), 1'000);
  bulk.lost(1'000, 5);
  EXPECT_EQ(bulk.next_wakeup(), 5 + 200 * kMillisecond);
  EXPECT_EQ(bulk.take_chunk(6), 0);
  EXPECT_EQ(bulk.take_chunk(bulk.next_wakeup()), 1'000);
  EXPECT_EQ(bulk.next_wakeup(), kNever);
  EXPECT_TRUE(bulk.arrived(1'000));
}

}  // namespace
}  // namespace cv2x
