#include "option_values.h"

#include <charconv>
#include <limits>
#include <stdexcept>
#include <vector>

#include <fmt/format.h>

#include "castaway/scenario/units.h"

#include "options.h"
#include "text.h"

namespace castaway::ci {

std::uint64_t number(const std::string& flag, const std::string& text, std::uint64_t least) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stop == end && value >= least) return value;
  throw UsageError(fmt::format("{} wants a whole number from {} to {}, not \"{}\"", flag, least,
                               std::numeric_limits<std::uint64_t>::max(), text));
}

scenario::SubjectProfile profile(const std::string& text) {
  for (const scenario::SubjectProfile known : scenario::every_profile) {
    if (text == to_string(known)) return known;
  }
  throw UsageError(fmt::format("--profile is strict, classic or strict+claims, not \"{}\"", text));
}

Duration duration(const std::string& flag, const std::string& text) {
  try {
    if (const Duration given = scenario::parse_duration(text); given > Duration::zero())
      return given;
  } catch (const std::invalid_argument& error) {
    throw UsageError(fmt::format("{}: {}", flag, error.what()));
  }
  throw UsageError(fmt::format("{} wants more than no time, not \"{}\"", flag, text));
}

scenario::Explore::How strategy(const std::string& text) {
  using How = scenario::Explore::How;
  std::vector<std::string> known;
  for (const How how : {How::random, How::swarm, How::boundary, How::pct, How::mutation,
                        How::exhaustive, How::portfolio}) {
    if (text == to_string(how)) return how;
    known.emplace_back(to_string(how));
  }
  throw UsageError(fmt::format("--strategy is {}, not \"{}\"", listed(known), text));
}

}  // namespace castaway::ci
