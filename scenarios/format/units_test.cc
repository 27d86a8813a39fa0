#include "castaway/scenario/units.h"

#include <stdexcept>

#include <gtest/gtest.h>

namespace castaway::scenario {
namespace {

/// "= 1500000000ns", or what is wrong.
std::string read(std::string_view text) {
  try {
    return "= " + std::to_string(parse_duration(text).count()) + "ns";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

struct Example {
  std::string_view text;
  std::string_view result;
};

TEST(Duration, IsReadExactly) {
  const Example table[] = {
      {"0s", "= 0ns"},
      {"250ms", "= 250000000ns"},
      {"1.5s", "= 1500000000ns"},
      {"-1h", "= -3600000000000ns"},
      {"1ns", "= 1ns"},
      {"20us", "= 20000ns"},
      {"0.1min", "= 6000000000ns"},
      {"0.0000000000005h", "\"0.0000000000005h\" is finer than a nanosecond"},
      {"0.000000001s", "= 1ns"},
      {"1.50000000000000000000s", "= 1500000000ns"},
      {"0.000000000000277777777777h", "\"0.000000000000277777777777h\" is finer than a nanosecond"},
      {"000000000000000000000000000001s", "= 1000000000ns"},
      {"9223372036854775807ns", "= 9223372036854775807ns"},
      {"-9223372036854775807ns", "= -9223372036854775807ns"},
      {"9223372036.854775807s", "= 9223372036854775807ns"},
      {"9223372036854775808ns",
       "\"9223372036854775808ns\" does not fit 64 bits of nanoseconds, which is 292 years"},
      {"2562048h", "\"2562048h\" does not fit 64 bits of nanoseconds, which is 292 years"},
      {"99999999999999999999999999999h",
       "\"99999999999999999999999999999h\" does not fit 64 bits of nanoseconds, which is 292 "
       "years"},
      {"1.0000000001s", "\"1.0000000001s\" is finer than a nanosecond"},
      {"0.5ns", "\"0.5ns\" is finer than a nanosecond"},
      {"0.1234567890123456789s", "\"0.1234567890123456789s\" is finer than a nanosecond"},
      {"5", "\"5\" has no unit: write ns, us, ms, s, min or h, as in \"250ms\""},
      {"5 s", "\"5 s\" has no unit: write ns, us, ms, s, min or h, as in \"250ms\""},
      {"5sec", "\"5sec\" has no unit: write ns, us, ms, s, min or h, as in \"250ms\""},
      {"s", "\"s\" is not a duration"},
      {"", "\"\" is not a duration"},
      {"-", "\"-\" is not a duration"},
  };
  for (const auto& [text, result] : table) EXPECT_EQ(read(text), result);
}

TEST(Duration, IsReadAsItIsPrinted) {
  for (const Duration duration :
       {Duration::max(), Duration(0), Duration(1), Duration(-1), Duration(1500ms), Duration(90s),
        Duration(1h), Duration(3601s), Duration(123456789)}) {
    EXPECT_EQ(parse_duration(castaway::to_string(duration)), duration);
  }
}

std::string read_ratio(std::string_view text) {
  try {
    return "= " + to_string(parse_ratio(text));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

TEST(Ratio, IsReadAsItStands) {
  const Example table[] = {
      {"1/10", "= 1/10"},
      {"2/4", "= 2/4"},
      {"0/1", "= 0/1"},
      {"18446744073709551615/18446744073709551615", "= 18446744073709551615/18446744073709551615"},
      {"18446744073709551616/1", "\"18446744073709551616\" does not fit 64 bits"},
      {"1/0", "\"1/0\" divides by 0"},
      {"1", "\"1\" is not a chance, as in \"1/10\""},
      {"/2", "\"\" is not an integer"},
      {"1/-2", "\"-2\" is not an integer"},
      {"0.5/1", "\"0.5\" is not an integer"},
  };
  for (const auto& [text, result] : table) EXPECT_EQ(read_ratio(text), result);
}

TEST(U64, ReachesItsLargestValue) {
  EXPECT_EQ(parse_u64("18446744073709551615"), ~std::uint64_t{0});
  EXPECT_EQ(parse_u64("007"), 7U);
  EXPECT_THROW(static_cast<void>(parse_u64("18446744073709551616")), std::invalid_argument);
}

}  // namespace
}  // namespace castaway::scenario
