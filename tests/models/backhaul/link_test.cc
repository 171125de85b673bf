#include "models/backhaul/link.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "models/base/random.h"

namespace cv2x {
namespace {

constexpr double kInfinite = std::numeric_limits<double>::infinity();

// 1 Gbit/s: 8 ns a byte.
TEST(LinkDirection, StoresAndForwards) {
  LinkDirection link(1e9, 5000, 1000);
  const auto first = link.send(100, 10);
  ASSERT_TRUE(first);
  EXPECT_EQ(first->start_ns, 10);
  EXPECT_EQ(first->sent_ns, 810);
  EXPECT_EQ(first->arrive_ns, 5810);
  const auto second = link.send(50, 10);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->start_ns, 810);
  EXPECT_EQ(second->sent_ns, 1210);
  EXPECT_EQ(second->arrive_ns, 6210);
  const auto idle_again = link.send(50, 2000);
  ASSERT_TRUE(idle_again);
  EXPECT_EQ(idle_again->start_ns, 2000);
}

TEST(LinkDirection, OnlyWaitingBytesTakePlaceInTheQueue) {
  LinkDirection link(1e9, 0, 100);
  EXPECT_TRUE(link.send(1000, 0));  // larger than the queue, but it does not wait
  EXPECT_EQ(link.queued_bytes(0), 0);
  EXPECT_TRUE(link.send(60, 0));
  EXPECT_TRUE(link.send(40, 0));
  EXPECT_EQ(link.queued_bytes(0), 100);
  EXPECT_FALSE(link.send(1, 0));
  EXPECT_FALSE(link.send(1, 7999));
  EXPECT_TRUE(link.send(60, 8000));  // the 60 bytes are being sent now
  EXPECT_EQ(link.queued_bytes(8000), 100);
  EXPECT_EQ(link.queued_bytes(8480), 60);
  EXPECT_EQ(link.queued_bytes(8800), 0);
  EXPECT_EQ(link.take_load(8800).drops, 2u);
}

TEST(LinkDirection, ADroppedMessageDelaysNobody) {
  LinkDirection link(1e9, 0, 10);
  link.send(10, 0);
  EXPECT_FALSE(link.send(11, 0));
  EXPECT_EQ(link.send(10, 0)->start_ns, 80);
}

TEST(LinkDirection, WithoutAQueueAMessageGoesAtOnceOrNotAtAll) {
  LinkDirection link(1e9, 0, 0);
  EXPECT_TRUE(link.send(10, 0));
  EXPECT_FALSE(link.send(10, 79));
  EXPECT_TRUE(link.send(10, 80));
}

TEST(LinkDirection, InfiniteRateNeverQueues) {
  LinkDirection link(kInfinite, 7, 0);
  for (int i = 0; i < 10; ++i) {
    const auto passage = link.send(1'000'000, 3);
    ASSERT_TRUE(passage);
    EXPECT_EQ(passage->arrive_ns, 10);
  }
  EXPECT_EQ(link.take_load(100).busy_ns, 0);
}

TEST(LinkDirection, AHopelesslySlowLinkNeverDeliversAndNeverWrapsAround) {
  LinkDirection link(1e-300, 5, 1'000'000);
  for (int i = 0; i < 3; ++i) {
    const auto passage = link.send(1000, 10);
    ASSERT_TRUE(passage);
    EXPECT_EQ(passage->start_ns, i == 0 ? 10 : kNever);
    EXPECT_EQ(passage->arrive_ns, kNever);
  }
  EXPECT_EQ(link.queued_bytes(1000), 2000);
  EXPECT_EQ(link.take_load(1000).busy_ns, 990);
}

TEST(LinkDirection, LoadCountsSinceTheLastCall) {
  LinkDirection link(1e9, 0, 1000);
  link.send(100, 1000);
  link.send(200, 1000);
  auto load = link.take_load(1500);
  EXPECT_EQ(load.bytes, 300u);
  EXPECT_EQ(load.drops, 0u);
  EXPECT_EQ(load.busy_ns, 500);
  load = link.take_load(10'000);
  EXPECT_EQ(load.bytes, 0u);
  EXPECT_EQ(load.busy_ns, 2400 - 500);
  EXPECT_EQ(link.take_load(20'000).busy_ns, 0);
}

/// The rule itself, slowly: every message ever accepted, looked through at each question.
class Reference {
 public:
  Reference(TimeNs ns_per_byte, TimeNs delay_ns, std::int64_t queue_bytes)
      : ns_per_byte_(ns_per_byte), delay_ns_(delay_ns), queue_bytes_(queue_bytes) {}

  std::optional<LinkDirection::Passage> send(std::int64_t bytes, TimeNs now) {
    TimeNs start = now;
    for (const auto& m : messages_) start = std::max(start, m.sent_ns);
    if (start > now && queued(now) + bytes > queue_bytes_) return std::nullopt;
    messages_.push_back({start, start + bytes * ns_per_byte_, bytes});
    return LinkDirection::Passage{start, messages_.back().sent_ns, messages_.back().sent_ns + delay_ns_};
  }
  std::int64_t queued(TimeNs now) const {
    std::int64_t sum = 0;
    for (const auto& m : messages_) sum += m.start_ns > now ? m.bytes : 0;
    return sum;
  }
  TimeNs busy(TimeNs from, TimeNs until) const {
    TimeNs sum = 0;
    for (const auto& m : messages_)
      sum += std::max<TimeNs>(0, std::min(until, m.sent_ns) - std::max(from, m.start_ns));
    return sum;
  }

 private:
  struct Message {
    TimeNs start_ns, sent_ns;
    std::int64_t bytes;
  };
  TimeNs ns_per_byte_, delay_ns_;
  std::int64_t queue_bytes_;
  std::vector<Message> messages_;
};

TEST(LinkDirection, AgreesWithBruteForce) {
  for (std::uint64_t round = 0; round < 60; ++round) {
    Stream random({round}, "link", 0);
    const TimeNs ns_per_byte = 1 << random.next() % 3;  // 8e9 / it is exact
    const auto queue_bytes = static_cast<std::int64_t>(random.next() % 100);
    const std::uint64_t pause = 1 + random.next() % 40;  // from overload to idle
    LinkDirection link(8e9 / static_cast<double>(ns_per_byte), 17, queue_bytes);
    Reference reference(ns_per_byte, 17, queue_bytes);
    TimeNs now = 0, reported = 0;
    std::uint64_t bytes_sent = 0;
    std::uint32_t drops = 0;
    for (int i = 0; i < 300; ++i) {
      now += static_cast<TimeNs>(random.next() % pause);
      if (random.next() % 5 == 0) {
        const auto load = link.take_load(now);
        ASSERT_EQ(load.busy_ns, reference.busy(reported, now)) << round << " " << i;
        ASSERT_EQ(load.bytes, bytes_sent);
        ASSERT_EQ(load.drops, drops);
        reported = now;
        bytes_sent = drops = 0;
        continue;
      }
      if (random.next() % 4 == 0) {
        ASSERT_EQ(link.queued_bytes(now), reference.queued(now));
      }
      const auto bytes = static_cast<std::int64_t>(random.next() % 30);
      const auto found = link.send(bytes, now);
      const auto expected = reference.send(bytes, now);
      ASSERT_EQ(found.has_value(), expected.has_value()) << round << " " << i;
      if (!found) {
        ++drops;
        continue;
      }
      bytes_sent += static_cast<std::uint64_t>(bytes);
      ASSERT_EQ(found->start_ns, expected->start_ns);
      ASSERT_EQ(found->sent_ns, expected->sent_ns);
      ASSERT_EQ(found->arrive_ns, expected->arrive_ns);
    }
  }
}

/// Mean sojourn [ns] of lone packets, 100 µs apart in the mean, among background of utilisation 0.6.
double mean_sojourn_ns(SizeKind kind) {
  LinkDirection link(1e9, 5000, 1'000'000);  // 1000 B: 8 µs
  link.add_background(0.6e9, kind, 1000, Stream({1}, "link background", 7));
  Stream own({1}, "own", 7);
  double at = 0, sum = 0;
  constexpr int kPackets = 40'000;
  for (int i = 0; i < kPackets; ++i) {
    at += own.exponential(1e5);
    const auto passage = link.send(1000, static_cast<TimeNs>(at));
    sum += static_cast<double>(passage->start_ns) - std::floor(at);
  }
  return sum / kPackets;
}

TEST(LinkDirection, BackgroundQueuesLikeAQueueOfItsOwn) {
  // Waiting: M/M/1 ρ/(μ − λ), M/D/1 half of it. Own packets, which are of 8 µs too, are 8 % of the time: with
  // W = Σλ E[S²] / (2 (1 − ρ)).
  const double own = 0.08 * 8000, others = 0.6 * 8000;
  EXPECT_NEAR(mean_sojourn_ns(SizeKind::kFixed), (own + others) / (2 * 0.32), 0.03 * 8500);
  EXPECT_NEAR(mean_sojourn_ns(SizeKind::kExponential), (own + 2 * others) / (2 * 0.32), 0.03 * 16'000);
}

TEST(LinkDirection, BackgroundIsTheSameHoweverOftenSomebodyLooks) {
  LinkDirection seldom(1e9, 0, 5000), often(1e9, 0, 5000);
  for (LinkDirection* link : {&seldom, &often})
    link->add_background(0.9e9, SizeKind::kExponential, 500, Stream({1}, "link background", 7));
  for (TimeNs now = 0; now <= 10 * kMillisecond; now += 1000) EXPECT_LE(often.queued_bytes(now), 5000);
  const auto a = seldom.take_load(10 * kMillisecond), b = often.take_load(10 * kMillisecond);
  EXPECT_EQ(a.bytes, b.bytes);
  EXPECT_EQ(a.drops, b.drops);
  EXPECT_EQ(a.busy_ns, b.busy_ns);
  EXPECT_NEAR(static_cast<double>(a.bytes), 0.9e9 / 8 * 0.01, 0.1 * 0.9e9 / 8 * 0.01);
  EXPECT_GT(a.drops, 0U);  // the queue is for everybody
  EXPECT_EQ(seldom.send(100, 10 * kMillisecond)->start_ns, often.send(100, 10 * kMillisecond)->start_ns);
}

}  // namespace
}  // namespace cv2x
