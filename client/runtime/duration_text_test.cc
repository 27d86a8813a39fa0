#include "castaway/duration_text.h"

#include <initializer_list>
#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace castaway {
namespace {

std::string refusal(std::string_view text) {
  try {
    return "read as " + to_string(parse_duration(text));
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

TEST(ParseDuration, ReadsWhatToStringWrites) {
  for (const Duration duration : std::initializer_list<Duration>{0ns, 1ns, 1500ms, 90s, 61min, -1h})
    EXPECT_EQ(parse_duration(to_string(duration)), duration);
}

TEST(ParseDuration, SaysWhatIsWrong) {
  EXPECT_EQ(refusal("5"), "\"5\" has no unit: write ns, us, ms, s, min or h, as in \"250ms\"");
  EXPECT_EQ(refusal("fast"), "\"fast\" is not a duration");
  EXPECT_EQ(refusal("0.1ns"), "\"0.1ns\" is finer than a nanosecond");
  EXPECT_EQ(refusal("300000000h"),
            "\"300000000h\" does not fit 64 bits of nanoseconds, which is 292 years");
}

}  // namespace
}  // namespace castaway
