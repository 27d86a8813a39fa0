#include "castaway/scenario/units.h"

#include <charconv>
#include <stdexcept>

#include <fmt/format.h>

#include "castaway/duration_text.h"

namespace castaway::scenario {
namespace {

[[noreturn]] void refuse(std::string_view text, std::string_view why) {
  throw std::invalid_argument(fmt::format("\"{}\" {}", text, why));
}

}  // namespace

Duration parse_duration(std::string_view text) { return castaway::parse_duration(text); }

std::uint64_t parse_u64(std::string_view text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc::result_out_of_range) refuse(text, "does not fit 64 bits");
  if (error != std::errc() || stopped != end) refuse(text, "is not an integer");
  return value;
}

sim::Ratio parse_ratio(std::string_view text) {
  const std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) refuse(text, "is not a chance, as in \"1/10\"");
  const sim::Ratio ratio{parse_u64(text.substr(0, slash)), parse_u64(text.substr(slash + 1))};
  if (ratio.den == 0) refuse(text, "divides by 0");
  return ratio;
}

std::string to_string(const sim::Ratio& ratio) {
  return fmt::format("{}/{}", ratio.num, ratio.den);
}

}  // namespace castaway::scenario
