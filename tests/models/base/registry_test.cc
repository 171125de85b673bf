#include "models/base/registry.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace cv2x {
namespace {

struct Shape {
  virtual ~Shape() = default;
  virtual double area() const = 0;
};
struct Square final : Shape {
  explicit Square(double side_m) : side_m_(side_m) {}
  double area() const override { return side_m_ * side_m_; }
  double side_m_;
};
struct Flat final : Shape {
  double area() const override { return 0; }
};

TEST(Registry, MakesByNameAndListsInAlphabeticalOrder) {
  Registry<Shape, double> registry;
  EXPECT_THAT(registry.names(), testing::IsEmpty());
  registry.add("square", [](double side_m) { return std::make_unique<Square>(side_m); });
  registry.add("flat", [](double) { return std::make_unique<Flat>(); });
  EXPECT_THAT(registry.names(), testing::ElementsAre("flat", "square"));
  EXPECT_EQ(registry.make("square", 3)->area(), 9);
  EXPECT_EQ(registry.make("flat", 3)->area(), 0);
  EXPECT_EQ(registry.make("Square", 3), nullptr);
  EXPECT_EQ(registry.make("", 3), nullptr);
  EXPECT_NE(registry.make("flat", 1), registry.make("flat", 1));  // each its own
}

#ifndef NDEBUG
TEST(RegistryDeathTest, ANameTakenTwiceIsAProgrammersError) {
  Registry<Shape> registry;
  registry.add("flat", [] { return std::make_unique<Flat>(); });
  EXPECT_DEATH(registry.add("flat", [] { return std::make_unique<Flat>(); }), "added");
}
#endif

}  // namespace
}  // namespace cv2x
