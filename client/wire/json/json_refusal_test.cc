// JSON text that is refused: where and why. nlohmann_json's own parser is the yardstick.

#include <optional>
#include <string>
#include <string_view>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "damage_for_test.h"
#include "json_for_test.h"

namespace castaway {
namespace {

using nlohmann::json;

struct Refused {
  std::string text = {};
  std::size_t offset = 0;
  std::string why = {};
  friend void PrintTo(const Refused& refused, std::ostream* out) { *out << refused.text; }
};

class JsonRefusal : public testing::TestWithParam<Refused> {};

TEST_P(JsonRefusal, SaysWhereAndWhy) {
  EXPECT_EQ(refusal_of(GetParam().text),
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
        Refused{R"({"a":1])", 6, "expected ',' or '}'"},
        Refused{R"({"a":1,})", 7, "expected a key"}, Refused{"{a:1}", 1, "expected a key"},
        Refused{"{", 1, "expected a key"}, Refused{"{1:2}", 1, "expected a key"},
        Refused{R"({"a" 1})", 5, "expected ':'"}, Refused{R"({"a":})", 5, "expected a value"},
        Refused{"-", 1, "expected a digit"}, Refused{"-x", 1, "expected a digit"},
        Refused{"+1", 0, "expected a value"}, Refused{".5", 0, "expected a value"},
        Refused{"1.", 2, "expected a digit"}, Refused{"1.e5", 2, "expected a digit"},
        Refused{"1e", 2, "expected a digit"}, Refused{"1e+", 3, "expected a digit"},
        Refused{"[NaN]", 1, no_nan}, Refused{"{\"a\": Infinity}", 6, no_nan},
        Refused{"-Infinity", 1, no_nan}, Refused{"[18446744073709551616]", 1, too_long},
        Refused{"-9223372036854775809", 0, too_long},
        Refused{"1180591620717411303424", 0, too_long}, Refused{"[1e999]", 1, too_far},
        Refused{"-1e999", 0, too_far}, Refused{"1e-400", 0, too_far},
        Refused{"1.7976931348623159e308", 0, too_far}, Refused{"[1e99999999999]", 1, too_far},
        Refused{"[0, -1.5E-99999999999]", 4, too_far}, Refused{"[0e99999999999]", 1, too_far},
        Refused{"\"ab", 3, "a string without end"},
        Refused{"\"a\nb\"", 2, "a control character in a string"},
        Refused{"\"\x1f\"", 1, "a control character in a string"},
        Refused{std::string("\"\0\"", 3), 1, "a control character in a string"},
        Refused{R"("\x")", 1, "an unknown escape"}, Refused{"\"\\", 1, "an unknown escape"},
        Refused{"\"a\\\"", 4, "a string without end"},
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

/// Whether ours refuses on purpose what nlohmann_json reads: it changes such numbers, and skips a
/// mark at the start.
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
