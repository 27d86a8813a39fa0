#include "castaway/version.h"

#include <stdexcept>
#include <string>
#include <tuple>

#include <gtest/gtest.h>

namespace castaway {
namespace {

TEST(Version, AnImplementationServesItsOwnVersionAndOlderOnesOfItsMajor) {
  EXPECT_TRUE(version_is_compatible("2.3", "2.3"));
  EXPECT_TRUE(version_is_compatible("2.3", "2.0"));
  EXPECT_FALSE(version_is_compatible("2.3", "2.4"));
  EXPECT_FALSE(version_is_compatible("2.3", "1.3"));
  EXPECT_FALSE(version_is_compatible("2.3", "3.0"));
}

TEST(Version, PartsAreNumbersAndNotText) {
  EXPECT_TRUE(version_is_compatible("1.10", "1.9"));
  EXPECT_FALSE(version_is_compatible("1.9", "1.10"));
  EXPECT_TRUE(version_is_compatible("01.02", "1.2"));
}

TEST(Version, TheRevisionCountsOnlyBetweenEqualMinors) {
  EXPECT_TRUE(version_is_compatible("1.1", "1.0.9"));
  EXPECT_FALSE(version_is_compatible("1.1", "1.1.1"));
  EXPECT_TRUE(version_is_compatible("1.1.1", "1.1"));
  EXPECT_TRUE(version_is_compatible("1.1.1", "1.1.1"));
  EXPECT_FALSE(version_is_compatible("1.1.1", "1.1.2"));
  EXPECT_FALSE(version_is_compatible("1.1.9", "1.2.0"));
}

TEST(Version, WhatComesAfterTheRevisionIsIgnored) {
  EXPECT_TRUE(version_is_compatible("1.0", "1.0.0.5"));
  EXPECT_TRUE(version_is_compatible("1.0.0.rc1", "1.0"));
}

TEST(Version, NoImplementedVersionServesEverything) {
  EXPECT_TRUE(version_is_compatible("", "1.0"));
  EXPECT_TRUE(version_is_compatible("", ""));
  EXPECT_TRUE(version_is_compatible("", "not a version"));
}

TEST(Version, NoRequestedVersionIsServedOnlyByNone) {
  EXPECT_FALSE(version_is_compatible("1.0", ""));
}

class BadVersion : public testing::TestWithParam<std::string> {};

TEST_P(BadVersion, IsRefusedOnEitherSide) {
  EXPECT_THROW(std::ignore = version_is_compatible("1.0", GetParam()), std::invalid_argument);
  EXPECT_THROW(std::ignore = version_is_compatible(GetParam(), "1.0"), std::invalid_argument);
}

INSTANTIATE_TEST_SUITE_P(All, BadVersion,
                         testing::Values("1", "abc", "1.", ".1", "1.x", "x.1", "1.0.", "1.0.x",
                                         "-1.0", "+1.0", " 1.0", "1.0 ", "1 .0", "1,0",
                                         "4294967296.0", "1.99999999999999999999"));

TEST(Version, TheErrorNamesTheText) {
  try {
    std::ignore = version_is_compatible("1.0", "1");
    FAIL() << "a version of one part was taken";
  } catch (const std::invalid_argument& error) {
    EXPECT_STREQ(error.what(), "a version is major.minor or major.minor.revision, but not \"1\"");
  }
}

}  // namespace
}  // namespace castaway
