#include "sim/run/fiber.h"

#include <gtest/gtest.h>

#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace cv2x {
namespace {

TEST(Fiber, GoesOnWhereItPaused) {
  std::vector<int> seen;
  Fiber fiber([&] {
    for (int i = 0; i < 3; ++i) {
      seen.push_back(i);
      fiber.pause();
    }
  });
  for (int i = 0; i < 3; ++i) {
    fiber.resume();
    EXPECT_FALSE(fiber.done());
    EXPECT_EQ(seen.size(), i + 1u);
  }
  fiber.resume();
  EXPECT_TRUE(fiber.done());
}

TEST(Fiber, OneThatNeverBeganLeavesNothing) {
  const auto held = std::make_shared<int>(1);
  {
    const Fiber fiber([held] { FAIL(); });
  }
  EXPECT_EQ(held.use_count(), 1);
}

TEST(Fiber, ThrowsWhatTheBodyThrowsWhereItIsResumed) {
  Fiber fiber([&] {
    fiber.pause();
    throw std::runtime_error("from inside");
  });
  fiber.resume();
  try {
    fiber.resume();
    FAIL();
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "from inside");
  }
  EXPECT_TRUE(fiber.done());
}

// The runtime's list of caught exceptions belongs to the stack: both sides are in a handler here, and leave
// them in the order that would mix up one list.
TEST(Fiber, BothSidesMayBeHandlingAnException) {
  std::string inside;
  Fiber fiber([&] {
    try {
      throw std::runtime_error("inner");
    } catch (const std::runtime_error&) {
      fiber.pause();
      try {
        throw;
      } catch (const std::runtime_error& again) {
        inside = again.what();
      }
    }
    fiber.pause();
  });
  fiber.resume();
  try {
    throw std::logic_error("outer");
  } catch (const std::logic_error&) {
    fiber.resume();
    EXPECT_EQ(inside, "inner");
    EXPECT_THROW(throw, std::logic_error);
  }
  fiber.resume();
  EXPECT_TRUE(fiber.done());
}

TEST(Fiber, HasRoomForDeepCalls) {
  struct Deep {
    static int go(int n) {  // NOLINT(misc-no-recursion)
      volatile char room[1000] = {};
      room[n % 1000] = 1;
      return n == 0 ? room[0] : go(n - 1) + room[n % 1000];
    }
  };
  int sum = 0;
  Fiber fiber([&] { sum = Deep::go(4000); });
  fiber.resume();
  EXPECT_EQ(sum, 4001);
}

}  // namespace
}  // namespace cv2x
