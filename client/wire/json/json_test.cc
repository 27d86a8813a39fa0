// JSON text: values that are read and written again.

#include <cmath>
#include <limits>
#include <string>
#include <tuple>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "json_for_test.h"

namespace castaway {
namespace {

using nlohmann::json;

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
                    R"("\"\\\b\f\n\r\t\u0000\u001f")", "\"/\x7f\"",
                    "\"caf\xc3\xa9 \xf0\x9f\x90\x87\"", "9223372036854775807",
                    "9223372036854775808", "18446744073709551615", "-9223372036854775808",
                    "1.7976931348623157e+308", "2.2250738585072014e-308", "5e-324"));

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
  EXPECT_EQ(refusal_of(repeated("[", 129) + repeated("]", 129)),
            "no JSON at offset 128: more than 128 levels of objects and arrays");
  EXPECT_NO_THROW(std::ignore = parse_json(repeated(R"({"a":)", 127) + "{}" + repeated("}", 127)));
  EXPECT_EQ(refusal_of(repeated(R"({"a":)", 128) + "{}" + repeated("}", 128)),
            "no JSON at offset 640: more than 128 levels of objects and arrays");
  EXPECT_EQ(refusal_of(repeated("[", 1'000'000)),
            "no JSON at offset 128: more than 128 levels of objects and arrays");
  EXPECT_NO_THROW(std::ignore = parse_json("[" + repeated("[],", 1000) + "[]]"));
}

}  // namespace
}  // namespace castaway
