#include "castaway/duration_text.h"

#include <algorithm>
#include <cstdint>
#include <limits>
#include <stdexcept>
#include <string>

namespace castaway {

namespace {

__extension__ using Wide = __int128;

struct Unit {
  std::string_view name;
  std::int64_t length;  ///< in nanoseconds
};

constexpr Unit units[] = {{"ns", 1},
                          {"us", 1'000},
                          {"ms", 1'000'000},
                          {"s", 1'000'000'000},
                          {"min", 60'000'000'000},
                          {"h", 3'600'000'000'000}};

[[noreturn]] void refuse(std::string_view text, const char* why) {
  throw std::invalid_argument('"' + std::string(text) + "\" " + why);
}

/// Takes the digits at the start of `rest`.
std::string_view take_digits(std::string_view& rest) {
  const std::string_view digits = rest.substr(0, rest.find_first_not_of("0123456789"));
  rest.remove_prefix(digits.size());
  return digits;
}

Wide number(std::string_view digits) {
  Wide value = 0;
  for (const char digit : digits) value = value * 10 + (digit - '0');
  return value;
}

Wide power_of_ten(std::size_t exponent) {
  Wide power = 1;
  while (exponent-- > 0) power *= 10;
  return power;
}

std::int64_t length_of(std::string_view unit, std::string_view text) {
  for (const Unit& known : units) {
    if (known.name == unit) return known.length;
  }
  refuse(text, "has no unit: write ns, us, ms, s, min or h, as in \"250ms\"");
}

}  // namespace

Duration parse_duration(std::string_view text) {
  std::string_view rest = text;
  const bool negative = rest.starts_with('-');
  if (negative) rest.remove_prefix(1);
  std::string_view whole = take_digits(rest);
  std::string_view fraction;
  if (rest.starts_with('.')) {
    rest.remove_prefix(1);
    fraction = take_digits(rest);
  }
  if (whole.empty()) refuse(text, "is not a duration");
  const Wide unit = length_of(rest, text);

  whole.remove_prefix(std::min(whole.find_first_not_of('0'), whole.size()));
  fraction = fraction.substr(0, fraction.find_last_not_of('0') + 1);
  // No unit is divisible by 10^19, so that what has more decimals has parts of a nanosecond.
  constexpr std::size_t most_decimals = 18;
  const Wide scale = power_of_ten(std::min(fraction.size(), most_decimals));
  if (fraction.size() > most_decimals || number(fraction) * unit % scale != 0) {
    refuse(text, "is finer than a nanosecond");
  }
  constexpr std::size_t most_digits = 19;
  const Wide length = whole.size() > most_digits
                          ? std::numeric_limits<Wide>::max()
                          : number(whole) * unit + number(fraction) * unit / scale;
  if (length > std::numeric_limits<std::int64_t>::max()) {
    refuse(text, "does not fit 64 bits of nanoseconds, which is 292 years");
  }
  return Duration(static_cast<std::int64_t>(negative ? -length : length));
}

}  // namespace castaway
