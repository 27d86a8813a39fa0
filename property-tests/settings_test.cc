#include "settings.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace castaway::property {
namespace {

std::string refusal(const char* rc_params, const char* seed = nullptr, const char* runs = nullptr) {
  try {
    static_cast<void>(read_settings(rc_params, seed, runs));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "nothing was refused";
}

TEST(Settings, ArePinnedIfNobodySaysOtherwise) {
  EXPECT_EQ(read_settings(nullptr, nullptr, nullptr), (Settings{.seed = 20260101}));
  EXPECT_EQ(read_settings("", nullptr, nullptr), Settings{});
}

TEST(Settings, AreReadFromRapidChecksOwnVariable) {
  EXPECT_EQ(
      read_settings("seed=7  max_success=30 max_size=10 max_discard_ratio=2 noshrink=1", nullptr,
                    nullptr),
      (Settings{.seed = 7, .runs = 30, .max_size = 10, .max_discard_ratio = 2, .shrink = false}));
  EXPECT_FALSE(read_settings("noshrink", nullptr, nullptr).shrink);
}

TEST(Settings, TheShortVariablesWin) {
  EXPECT_EQ(read_settings("seed=7 max_success=30", "18446744073709551615", "100000"),
            (Settings{.seed = 18446744073709551615U, .runs = 100'000}));
}

TEST(Settings, AParameterThatRapidCheckWouldIgnoreIsAnError) {
  EXPECT_EQ(refusal("max_sucess=5"),
            "RC_PARAMS: there is no parameter \"max_sucess\" here; did you mean \"max_success\"?");
  EXPECT_EQ(refusal("colour=blue"),
            "RC_PARAMS: there is no parameter \"colour\" here; known are seed, max_success, "
            "max_size, max_discard_ratio, noshrink");
  EXPECT_EQ(refusal("reproduce=abc"),
            "RC_PARAMS: with \"reproduce\" every other property would pass unseen; `castaway "
            "replay` runs the file of a counterexample again");
}

TEST(Settings, WhatIsNoNumberIsAnError) {
  EXPECT_EQ(refusal(nullptr, "7 "),
            "CASTAWAY_SEED is \"7 \", which is no whole number up to 18446744073709551615");
  EXPECT_EQ(refusal(nullptr, nullptr, "many"),
            "CASTAWAY_RUNS is \"many\", which is no whole number up to 2147483647");
  EXPECT_EQ(refusal("max_success=3000000000"),
            "RC_PARAMS max_success is \"3000000000\", which is no whole number up to 2147483647");
  EXPECT_EQ(refusal("seed="),
            "RC_PARAMS seed is \"\", which is no whole number up to 18446744073709551615");
}

}  // namespace
}  // namespace castaway::property
