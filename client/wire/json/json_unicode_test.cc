// JSON text: every character there is, and the bytes that are none.

#include <cstdint>
#include <string>
#include <string_view>
#include <tuple>

#include <gtest/gtest.h>

#include "castaway/utf8.h"

#include "json_for_test.h"

namespace castaway {
namespace {

/// UTF-8 as RFC 3629 defines it.
std::string utf8(std::uint32_t point) {
  const auto tail = [point](int shift) {
    return static_cast<char>(0x80 | (point >> shift & 0x3f));
  };
  const auto head = [point](int mark, int shift) {
    return static_cast<char>(mark | point >> shift);
  };
  if (point < 0x80) return {head(0, 0)};
  if (point < 0x800) return {head(0xc0, 6), tail(0)};
  if (point < 0x10000) return {head(0xe0, 12), tail(6), tail(0)};
  return {head(0xf0, 18), tail(12), tail(6), tail(0)};
}

std::string escape(std::uint32_t unit) {
  constexpr std::string_view digits = "0123456789aBcDeF";
  std::string text = "\\u";
  for (int shift = 12; shift >= 0; shift -= 4) text += digits[unit >> shift & 15];
  return text;
}

TEST(Json, AllOfUnicodeSurvivesTheRoundTrip) {
  for (std::uint32_t point = 0; point <= 0x10ffff; ++point) {
    if (point >= 0xd800 && point <= 0xdfff) continue;
    const std::string character = utf8(point);
    const std::string escaped = point < 0x10000 ? escape(point)
                                                : escape(0xd800 + ((point - 0x10000) >> 10)) +
                                                      escape(0xdc00 + (point & 0x3ff));
    ASSERT_EQ(utf8_length(character), character.size()) << point;
    ASSERT_EQ(parse_json(written(character)), character) << point;
    ASSERT_EQ(parse_json('"' + escaped + '"'), character) << point;
  }
}

class BadUtf8 : public testing::TestWithParam<std::string> {};

TEST_P(BadUtf8, IsRefusedWhereverItStands) {
  EXPECT_EQ(utf8_length(GetParam()), 0U);
  EXPECT_FALSE(is_utf8("a" + GetParam()));
  EXPECT_EQ(refusal_of("\"ab" + GetParam() + '"'),
            "no JSON at offset 3: a string that is not UTF-8");
  EXPECT_THROW(std::ignore = parse_json("{\"" + GetParam() + "\":1}"), DecodeError);
  EXPECT_THROW(std::ignore = parse_json(GetParam()), DecodeError);
}

INSTANTIATE_TEST_SUITE_P(All, BadUtf8,
                         testing::Values("\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3z",
                                         "\xe0\x9f\xbf", "\xe2\x82", "\xe2\x82z", "\xed\xa0\x80",
                                         "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x90",
                                         "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"));

}  // namespace
}  // namespace castaway
