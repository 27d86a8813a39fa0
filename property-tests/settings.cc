#include "settings.h"

#include <charconv>
#include <cstdlib>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "castaway/nearest.h"

namespace castaway::property {
namespace {

std::uint64_t number(std::string_view name, std::string_view text, std::uint64_t most) {
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error == std::errc() && end == text.data() + text.size() && number <= most) return number;
  throw std::invalid_argument(
      fmt::format("{} is \"{}\", which is no whole number up to {}", name, text, most));
}

std::uint64_t seed_from(std::string_view name, std::string_view text) {
  return number(name, text, std::numeric_limits<std::uint64_t>::max());
}

int count_from(std::string_view name, std::string_view text) {
  return static_cast<int>(number(name, text, std::numeric_limits<int>::max()));
}

void set(Settings& settings, std::string_view key, std::string_view value) {
  const std::string name = fmt::format("RC_PARAMS {}", key);
  if (key == "seed") {
    settings.seed = seed_from(name, value);
  } else if (key == "max_success") {
    settings.runs = count_from(name, value);
  } else if (key == "max_size") {
    settings.max_size = count_from(name, value);
  } else if (key == "max_discard_ratio") {
    settings.max_discard_ratio = count_from(name, value);
  } else if (key == "noshrink") {
    settings.shrink = count_from(name, value) == 0;
  } else if (key == "reproduce") {
    throw std::invalid_argument(
        "RC_PARAMS: with \"reproduce\" every other property would pass unseen; `castaway replay` "
        "runs the file of a counterexample again");
  } else {
    const std::vector<std::string> known = {"seed", "max_success", "max_size", "max_discard_ratio",
                                            "noshrink"};
    const std::string like = nearest(key, known);
    throw std::invalid_argument(
        fmt::format("RC_PARAMS: there is no parameter \"{}\" here; {}", key,
                    like.empty() ? fmt::format("known are {}", fmt::join(known, ", "))
                                 : fmt::format("did you mean \"{}\"?", like)));
  }
}

}  // namespace

Settings read_settings(const char* rc_params, const char* seed, const char* runs) {
  Settings settings;
  std::string_view rest = rc_params == nullptr ? "" : rc_params;
  while (!rest.empty()) {
    const std::string_view word = rest.substr(0, rest.find(' '));
    rest.remove_prefix(std::min(word.size() + 1, rest.size()));
    if (word.empty()) continue;
    const std::size_t equals = std::min(word.find('='), word.size());
    const bool bare = equals == word.size();
    set(settings, word.substr(0, equals), bare ? "1" : word.substr(equals + 1));
  }
  if (seed != nullptr) settings.seed = seed_from("CASTAWAY_SEED", seed);
  if (runs != nullptr) settings.runs = count_from("CASTAWAY_RUNS", runs);
  return settings;
}

Settings settings() {
  return read_settings(std::getenv("RC_PARAMS"), std::getenv("CASTAWAY_SEED"),
                       std::getenv("CASTAWAY_RUNS"));
}

}  // namespace castaway::property
