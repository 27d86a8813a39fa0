// JSON text, read strictly and written; nlohmann_json's own parser and writer are the yardstick.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <tuple>

#include "castaway/error.h"
#include "castaway/object.h"

#include "damage.h"
#include "json_text.h"

namespace castaway {
namespace {

using nlohmann::json;

std::string written(const json& value) {
  std::string out;
  append_json(out, value);
  return out;
}

std::string refusal(std::string_view text) {
  try {
    return "read as " + parse_json(text).dump();
  } catch (const DecodeError& error) {
    return error.what();
  }
}

std::string repeated(std::string_view part, int times) {
  std::string text;
  for (int i = 0; i < times; ++i) text += part;
  return text;
}

// ---- values ------------------------------------------------------------------------------------

class JsonText : public testing::TestWithParam<std::string> {};

TEST_P(JsonText, IsReadAndWrittenAgain) {
  EXPECT_EQ(written(parse_json(GetParam())), GetParam());
  EXPECT_EQ(parse_json(GetParam()), json::parse(GetParam()));
}

INSTANTIATE_TEST_SUITE_P(
    All, JsonText,
    testing::Values("null", "true", "false", "{}", "[]", "\"\"", "0", "-1", "1.5", "-0.0", "1e+300",
                    R"({"a":{"b":[1,[],{}]},"c":null})", R"([[],[[]],{},"x",-1.25])",
                    R"("\"\\\b\f\n\r\t\u0000\u001f")", "\"/\x7f\"", "\"caf\xc3\xa9 \xf0\x9f\x90\x87\"",
                    "9223372036854775807", "9223372036854775808", "18446744073709551615",
                    "-9223372036854775808", "1.7976931348623157e+308", "2.2250738585072014e-308",
                    "5e-324"));

TEST(Json, SpaceIsAllowedBetweenTokens) {
  EXPECT_EQ(written(parse_json(" \t\r\n{ \"a\" : [ 1 , 2 ] , \"b\" : { } } \n")),
            R"({"a":[1,2],"b":{}})");
}

TEST(Json, OfARepeatedKeyTheLastWins) {
  EXPECT_EQ(written(parse_json(R"({"a":[1,2],"b":0,"a":{"c":3}})")), R"({"a":{"c":3},"b":0})");
  EXPECT_EQ(written(parse_json(R"({"a":{"c":3},"a":[]})")), R"({"a":[]})");
}

TEST(Json, EscapesAreRead) {
  EXPECT_EQ(parse_json(R"("\"\\\/\b\f\n\r\t")"), "\"\\/\b\f\n\r\t");
  EXPECT_EQ(parse_json(R"("\u0041\u00e9\u20AC\ud83d\udc07")"), "Aé€🐇");
}

// ---- numbers -----------------------------------------------------------------------------------

TEST(Json, IntegersStayIntegers) {
  EXPECT_TRUE(parse_json("9223372036854775807").is_number_integer());
  EXPECT_EQ(parse_json("9223372036854775808").get<std::uint64_t>(), std::uint64_t{1} << 63);
  EXPECT_TRUE(parse_json("18446744073709551615").is_number_unsigned());
  EXPECT_EQ(parse_json("-9223372036854775808").get<std::int64_t>(),
            std::numeric_limits<std::int64_t>::min());
  EXPECT_TRUE(parse_json("2.0").is_number_float());
  EXPECT_EQ(written(parse_json("2.0")), "2.0");
  EXPECT_TRUE(parse_json("1e2").is_number_float());
}

TEST(Json, NegativeZeroKeepsItsSign) {
  EXPECT_TRUE(std::signbit(parse_json("-0.0").get<double>()));
  EXPECT_EQ(written(parse_json("-0")), "0");  // an integer has no negative zero, nor in Python
}

TEST(Json, SubnormalsAreExact) {
  EXPECT_EQ(parse_json("4.9406564584124654e-324").get<double>(),
            std::numeric_limits<double>::denorm_min());
  EXPECT_EQ(parse_json("2.2250738585072009e-308").get<double>(), 0x0.fffffffffffffp-1022);
  EXPECT_EQ(parse_json("0e999").get<double>(), 0);
  EXPECT_EQ(parse_json("0.000e-999").get<double>(), 0);
}

TEST(Json, DoublesSurviveTheRoundTrip) {
  for (double value = 1e-320; value < 1e300; value *= 1.0e3 / 3) {
    EXPECT_EQ(parse_json(written(value)).get<double>(), value);
    EXPECT_EQ(parse_json(written(-value)).get<double>(), -value);
  }
}

// ---- depth -------------------------------------------------------------------------------------

TEST(Json, MayBeAHundredAndTwentyEightLevelsDeep) {
  EXPECT_EQ(written(parse_json(repeated("[", 128) + repeated("]", 128))),
            repeated("[", 128) + repeated("]", 128));
  EXPECT_EQ(refusal(repeated("[", 129) + repeated("]", 129)),
            "no JSON at offset 128: more than 128 levels of objects and arrays");
  EXPECT_NO_THROW(std::ignore = parse_json(repeated(R"({"a":)", 127) + "{}" + repeated("}", 127)));
  EXPECT_EQ(refusal(repeated(R"({"a":)", 128) + "{}" + repeated("}", 128)),
            "no JSON at offset 640: more than 128 levels of objects and arrays");
  EXPECT_EQ(refusal(repeated("[", 1'000'000)),
            "no JSON at offset 128: more than 128 levels of objects and arrays");
  EXPECT_NO_THROW(std::ignore = parse_json("[" + repeated("[],", 1000) + "[]]"));
}

// ---- text --------------------------------------------------------------------------------------

/// UTF-8 as RFC 3629 defines it.
std::string utf8(std::uint32_t point) {
  const auto tail = [point](int shift) { return static_cast<char>(0x80 | (point >> shift & 0x3f)); };
  const auto head = [point](int mark, int shift) { return static_cast<char>(mark | point >> shift); };
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
    const std::string escaped =
        point < 0x10000
            ? escape(point)
            : escape(0xd800 + ((point - 0x10000) >> 10)) + escape(0xdc00 + (point & 0x3ff));
    ASSERT_EQ(utf8_length(character), character.size()) << point;
    ASSERT_EQ(parse_json(written(character)), character) << point;
    ASSERT_EQ(parse_json('"' + escaped + '"'), character) << point;
  }
}

class BadUtf8 : public testing::TestWithParam<std::string> {};

TEST_P(BadUtf8, IsRefusedWhereverItStands) {
  EXPECT_EQ(utf8_length(GetParam()), 0U);
  EXPECT_FALSE(is_utf8("a" + GetParam()));
  EXPECT_EQ(refusal("\"ab" + GetParam() + '"'),
            "no JSON at offset 3: a string that is not UTF-8");
  EXPECT_THROW(std::ignore = parse_json("{\"" + GetParam() + "\":1}"), DecodeError);
  EXPECT_THROW(std::ignore = parse_json(GetParam()), DecodeError);
}

INSTANTIATE_TEST_SUITE_P(All, BadUtf8,
                         testing::Values("\x80", "\xbf", "\xc0\x80", "\xc1\xbf", "\xc3", "\xc3z",
                                         "\xe0\x9f\xbf", "\xe2\x82", "\xe2\x82z", "\xed\xa0\x80",
                                         "\xed\xbf\xbf", "\xf0\x8f\xbf\xbf", "\xf0\x9f\x90",
                                         "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff"));

// ---- refusals ----------------------------------------------------------------------------------

struct Refused {
  std::string text = {};
  std::size_t offset = 0;
  std::string why = {};
  friend void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.text; }
};

class JsonRefusal : public testing::TestWithParam<Refused> {};

TEST_P(JsonRefusal, SaysWhereAndWhy) {
  EXPECT_EQ(refusal(GetParam().text),
            "no JSON at offset " + std::to_string(GetParam().offset) + ": " + GetParam().why);
}

const std::string no_nan = "NaN and Infinity are not JSON";
const std::string too_long = "an integer that does not fit 64 bits";
const std::string too_far = "a number beyond the range of a double";

INSTANTIATE_TEST_SUITE_P(
    All, JsonRefusal,
    testing::Values(
        Refused{"", 0, "expected a value"}, Refused{"  ", 2, "expected a value"},
        Refused{"nul", 0, "expected a value"}, Refused{"True", 0, "expected a value"},
        Refused{"'a'", 0, "expected a value"}, Refused{"\xef\xbb\xbf{}", 0, "expected a value"},
        Refused{"{} x", 3, "something behind the value"},
        Refused{"{}{}", 2, "something behind the value"},
        Refused{std::string("1\0", 2), 1, "something behind the value"},
        Refused{"nullx", 4, "something behind the value"},
        Refused{"01", 1, "something behind the value"},
        Refused{"0x10", 1, "something behind the value"},
        Refused{"[1 2]", 3, "expected ',' or ']'"}, Refused{"[1", 2, "expected ',' or ']'"},
        Refused{"[1}", 2, "expected ',' or ']'"}, Refused{"[1,]", 3, "expected a value"},
        Refused{"[,1]", 1, "expected a value"}, Refused{"[", 1, "expected a value"},
        Refused{"]", 0, "expected a value"}, Refused{R"({"a":1 "b":2})", 7, "expected ',' or '}'"},
        Refused{R"({"a":1])", 6, "expected ',' or '}'"}, Refused{R"({"a":1,})", 7, "expected a key"},
        Refused{"{a:1}", 1, "expected a key"}, Refused{"{", 1, "expected a key"},
        Refused{"{1:2}", 1, "expected a key"}, Refused{R"({"a" 1})", 5, "expected ':'"},
        Refused{R"({"a":})", 5, "expected a value"}, Refused{"-", 1, "expected a digit"},
        Refused{"-x", 1, "expected a digit"}, Refused{"+1", 0, "expected a value"},
        Refused{".5", 0, "expected a value"}, Refused{"1.", 2, "expected a digit"},
        Refused{"1.e5", 2, "expected a digit"}, Refused{"1e", 2, "expected a digit"},
        Refused{"1e+", 3, "expected a digit"}, Refused{"[NaN]", 1, no_nan},
        Refused{"{\"a\": Infinity}", 6, no_nan}, Refused{"-Infinity", 1, no_nan},
        Refused{"[18446744073709551616]", 1, too_long},
        Refused{"-9223372036854775809", 0, too_long},
        Refused{"1180591620717411303424", 0, too_long}, Refused{"[1e999]", 1, too_far},
        Refused{"-1e999", 0, too_far}, Refused{"1e-400", 0, too_far},
        Refused{"1.7976931348623159e308", 0, too_far}, Refused{"\"ab", 3, "a string without end"},
        Refused{"\"a\nb\"", 2, "a control character in a string"},
        Refused{std::string("\"\0\"", 3), 1, "a control character in a string"},
        Refused{R"("\x")", 1, "an unknown escape"},
        Refused{"\"\\", 2, "a string without end"}, Refused{"\"a\\\"", 4, "a string without end"},
        Refused{R"("\u12")", 3, "expected four hexadecimal digits"},
        Refused{R"("\u12g4")", 3, "expected four hexadecimal digits"},
        Refused{R"("\u-123")", 3, "expected four hexadecimal digits"},
        Refused{R"("\ud800")", 1, "half of a surrogate pair"},
        Refused{R"("\udc00")", 1, "half of a surrogate pair"},
        Refused{R"("\ud800\u0041")", 1, "half of a surrogate pair"},
        Refused{R"("\ud800\n")", 1, "half of a surrogate pair"}));

// ---- against the yardstick ---------------------------------------------------------------------

/// What nlohmann_json makes of the text; nothing if it refuses it.
std::optional<json> yardstick(const std::string& text) {
  json value = json::parse(text, nullptr, false);
  if (value.is_discarded()) return std::nullopt;
  return value;
}

/// Whether ours refuses on purpose what nlohmann_json reads: it changes such numbers, and skips a mark at the start.
bool stricter(std::string_view refusal, std::string_view text) {
  return refusal.ends_with(too_long) || refusal.ends_with(too_far) ||
         text.starts_with("\xef\xbb\xbf");
}

TEST(Json, AgreesWithNlohmannOnDamagedText) {
  const std::string whole =
      R"({"m": "pi\u00e9\ud83d\udc07\n", "a": {"n": -12.5e+3, "l": [true, null, 0.1, {}]}, "z": [12345, -7, "é€🐇"]})";
  Damage damage(20140603);
  int taken = 0;
  for (int i = 0; i < 30'000; ++i) {
    std::string text = whole;
    for (std::size_t spots = damage.below(3) + 1; spots > 0; --spots) {
      text = damage.below(4) == 0 ? damage.flip_a_bit(text) : damage.put_in_a_token(text);
    }
    const std::optional<json> expected = yardstick(text);
    try {
      const json value = parse_json(text);
      ++taken;
      ASSERT_TRUE(expected) << text;
      ASSERT_EQ(value, *expected) << text;
      ASSERT_EQ(written(value), value.dump()) << text;
    } catch (const DecodeError& error) {
      ASSERT_TRUE(!expected || stricter(error.what(), text)) << text << '\n' << error.what();
    }
  }
  EXPECT_GT(taken, 1'000);
  EXPECT_LT(taken, 29'000);
}

}  // namespace
}  // namespace castaway
