#include "castaway/time.h"

#include <string_view>

namespace castaway {
namespace {

struct Unit {
  std::string_view name;
  std::uint64_t length;  ///< in nanoseconds
};

constexpr Unit hour{"h", 3'600'000'000'000};
constexpr Unit minute{"min", 60'000'000'000};
constexpr Unit decimal_units[] = {{"s", 1'000'000'000}, {"ms", 1'000'000}, {"us", 1'000}};

/// `length` in `unit`, with as many decimals as it takes; the unit's length is a power of ten.
std::string decimal(std::uint64_t length, const Unit& unit) {
  std::string text = std::to_string(length / unit.length);
  if (std::uint64_t rest = length % unit.length; rest != 0) {
    text += '.';
    for (std::uint64_t digit = unit.length / 10; rest != 0; digit /= 10) {
      text += static_cast<char>('0' + rest / digit);
      rest %= digit;
    }
  }
  return text.append(unit.name);
}

std::string magnitude(std::uint64_t length) {
  if (length == 0) return "0s";
  for (const Unit& unit : {hour, minute}) {
    // Seven minutes have no exact decimal form in hours: these two only count whole ones.
    if (length % unit.length == 0) return std::to_string(length / unit.length).append(unit.name);
  }
  for (const Unit& unit : decimal_units) {
    if (length >= unit.length) return decimal(length, unit);
  }
  return std::to_string(length) + "ns";
}

}  // namespace

std::string to_string(Duration duration) {
  std::string text = duration < Duration::zero() ? "-" : "";
  // Negated as unsigned: the shortest duration of all has no positive counterpart.
  const auto count = static_cast<std::uint64_t>(duration.count());
  return text += magnitude(text.empty() ? count : 0 - count);
}

}  // namespace castaway
