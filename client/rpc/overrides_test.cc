#include "castaway/overrides.h"

#include <type_traits>

#include <gtest/gtest.h>

namespace castaway {
namespace {

TEST(Override, LeftOutKeepsTheParentsValue) {
  const Override<int> retry;
  EXPECT_TRUE(retry.left_out());
  EXPECT_FALSE(retry.null());
  EXPECT_EQ(retry.apply(3), 3);
  EXPECT_EQ(retry.apply(std::nullopt), std::nullopt);
}

TEST(Override, NullTakesTheParentsValueAway) {
  const Override<int> retry = std::nullopt;
  EXPECT_FALSE(retry.left_out());
  EXPECT_TRUE(retry.null());
  EXPECT_EQ(retry.apply(3), std::nullopt);
}

TEST(Override, AValueTakesThePlaceOfTheParents) {
  const Override<int> retry = 0;
  EXPECT_FALSE(retry.left_out());
  EXPECT_FALSE(retry.null());
  EXPECT_EQ(retry.apply(3), 0);
  EXPECT_EQ(retry.apply(std::nullopt), 0);
}

TEST(Override, TheThreeStatesDiffer) {
  EXPECT_NE(Override<int>(), Override<int>(std::nullopt));
  EXPECT_NE(Override<int>(), Override<int>(0));
  EXPECT_NE(Override<int>(std::nullopt), Override<int>(0));
  EXPECT_EQ(Override<int>(0), Override<int>(0));
}

TEST(Override, TakesOnlyWhatMakesItsValueWithoutLoss) {
  EXPECT_TRUE((std::is_convertible_v<std::chrono::hours, Override<Duration>>));
  EXPECT_TRUE((std::is_convertible_v<const char*, Override<std::string>>));
  EXPECT_FALSE((std::is_convertible_v<double, Override<Duration>>));
  EXPECT_FALSE((std::is_convertible_v<int, Override<Duration>>));
  EXPECT_FALSE((std::is_convertible_v<double, Override<int>>));
  EXPECT_FALSE((std::is_convertible_v<const char*, Override<bool>>));
  EXPECT_FALSE((std::is_convertible_v<std::nullptr_t, Override<std::string>>));
}

Overrides pass(const Overrides& overrides) { return overrides; }

TEST(Overrides, ReadLikeKeywordArguments) {
  const Overrides overrides =
      pass({.topic = "compute", .fanout = true, .timeout = 5s, .version_cap = std::nullopt});
  EXPECT_EQ(overrides.topic.apply("volume"), "compute");
  EXPECT_EQ(overrides.fanout.apply(false), true);
  EXPECT_EQ(overrides.timeout.apply(1min), Duration(5s));
  EXPECT_EQ(overrides.version_cap.apply("1.0"), std::nullopt);
  EXPECT_EQ(overrides.retry.apply(2), 2);
  EXPECT_EQ(overrides.call_monitor_timeout.apply(2s), Duration(2s));
}

const Target parent{.exchange = "nova",
                    .topic = "compute",
                    .namespace_ = "baseapi",
                    .version = "1.1",
                    .server = "host-1",
                    .fanout = true};

TEST(Overrides, ThatNameNothingLeaveATargetAsItIs) { EXPECT_EQ(apply({}, parent), parent); }

TEST(Overrides, ReplaceEachFieldOfATarget) {
  const Target other{
      .exchange = "e", .topic = "t", .namespace_ = "n", .version = "2.0", .server = "s"};
  const Overrides all{.exchange = "e",
                      .topic = "t",
                      .namespace_ = "n",
                      .version = "2.0",
                      .server = "s",
                      .fanout = false};
  EXPECT_EQ(apply(all, parent), other);
  EXPECT_EQ(apply({.server = "host-2"}, Target{.topic = "compute", .server = "host-1"}),
            (Target{.topic = "compute", .server = "host-2"}));
}

TEST(Overrides, NullEmptiesEachFieldOfATarget) {
  const Overrides all{.exchange = std::nullopt,
                      .topic = std::nullopt,
                      .namespace_ = std::nullopt,
                      .version = std::nullopt,
                      .server = std::nullopt,
                      .fanout = std::nullopt};
  EXPECT_EQ(apply(all, parent), Target{});
}

}  // namespace
}  // namespace castaway
