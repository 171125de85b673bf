#include "models/uu/agenda.h"

#include <gtest/gtest.h>

namespace cv2x::uu {
namespace {

struct Numbers : std::vector<int> {};

TEST(Agenda, GivesBackWhatWasEnteredInOrderOfSlots) {
  Agenda<Numbers> agenda;
  EXPECT_EQ(agenda.next(), agenda.kNone);
  agenda.at(7).push_back(1);
  agenda.at(3).push_back(2);
  agenda.at(7).push_back(3);
  EXPECT_EQ(agenda.next(), 3);
  Numbers work;
  agenda.take(3, work);
  EXPECT_EQ(work, (Numbers{{2}}));
  agenda.forward(4);
  EXPECT_EQ(agenda.next(), 7);
  agenda.take(5, work);
  EXPECT_TRUE(work.empty());
  agenda.take(7, work);
  EXPECT_EQ(work, (Numbers{{1, 3}}));
  EXPECT_EQ(agenda.next(), agenda.kNone);
}

TEST(Agenda, GrowsAndWrapsAround) {
  Agenda<Numbers> agenda;
  Numbers work;
  for (std::int64_t slot = 0; slot < 1000; slot += 13) {
    agenda.forward(slot);
    agenda.at(slot).push_back(static_cast<int>(slot));
    agenda.at(slot + (slot % 7) * 31).push_back(-1);  // up to three times the ring ahead
    ASSERT_EQ(agenda.next(), slot);
    agenda.take(slot, work);
    ASSERT_EQ(work.front() == -1 ? work.back() : work.front(), static_cast<int>(slot));
    while (agenda.next() != agenda.kNone && agenda.next() < slot + 13) {
      agenda.take(agenda.next(), work);
      for (const int value : work) ASSERT_EQ(value, -1);
    }
  }
  agenda.at(5000).push_back(1);
  agenda.at(4999).push_back(2);
  while (agenda.next() < 4999) agenda.take(agenda.next(), work);
  EXPECT_EQ(agenda.next(), 4999);
  agenda.take(4999, work);
  EXPECT_EQ(agenda.next(), 5000);
}

}  // namespace
}  // namespace cv2x::uu
