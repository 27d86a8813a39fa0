#include "scenario_property.h"

#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <set>
#include <stdexcept>
#include <string_view>

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "castaway/scenario/json.h"

namespace castaway::property {
namespace {

/// RapidCheck ignores a parameter that it does not know; a typing error would go unnoticed.
void require_known_parameters(std::string_view parameters) {
  static const std::set<std::string, std::less<>> known = {
      "seed",     "max_success",      "max_size",          "max_discard_ratio",
      "noshrink", "verbose_progress", "verbose_shrinking", "reproduce"};
  while (!parameters.empty()) {
    const std::size_t end = std::min(parameters.find(' '), parameters.size());
    const std::string_view word = parameters.substr(0, end);
    parameters.remove_prefix(std::min(end + 1, parameters.size()));
    const std::string_view key = word.substr(0, word.find('='));
    if (!key.empty() && !known.contains(key)) {
      throw std::invalid_argument("RC_PARAMS: there is no parameter called " + std::string(key));
    }
  }
}

/// Once, before RapidCheck reads its configuration.
void configure() {
  static const bool done = [] {
    if (const char* given = std::getenv("RC_PARAMS"); given != nullptr) {
      require_known_parameters(given);
      return true;
    }
    const std::string parameters =
        "seed=" + std::to_string(number_from_environment("CASTAWAY_SEED", 20260101)) +
        " max_success=" + std::to_string(number_from_environment("CASTAWAY_RUNS", 200));
    setenv("RC_PARAMS", parameters.c_str(), 1);
    return true;
  }();
  static_cast<void>(done);
}

/// The case as a scenario file that replays it, and where it was written.
std::string keep(const std::string& name, const Case& found) {
  scenario::Scenario replay = found.scenario;
  replay.seed = found.seed;
  replay.deviations = found.outcome.deviations;
  const std::string text = print(replay);
  const std::filesystem::path path = std::filesystem::path("castaway-out") / (name + ".json");
  std::filesystem::create_directories(path.parent_path());
  std::ofstream(path) << text;
  return text + "\ncastaway replay " + std::filesystem::absolute(path).string();
}

}  // namespace

std::uint64_t number_from_environment(const char* variable, std::uint64_t otherwise) {
  const char* given = std::getenv(variable);
  if (given == nullptr) return otherwise;
  const std::string_view text = given;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc() || end != text.data() + text.size()) {
    throw std::invalid_argument(std::string(variable) +
                                " is no whole number: " + std::string(text));
  }
  return number;
}

void for_all_scenarios(const std::string& name,
                       const std::function<Judgement(const Case&)>& property) {
  configure();
  std::size_t judged = 0;
  std::uint64_t fired = 0;
  const bool holds = rc::check(name, [&] {
    const auto number = *rc::gen::arbitrary<std::uint32_t>();
    const auto size = *rc::gen::inRange<std::uint32_t>(0, 40);
    const std::uint64_t seed = scenario::seed_of_run(1, number);
    const scenario::Scenario generated = scenario::generate(seed, {.size = size});
    const scenario::Outcome outcome = scenario::run(generated, scenario::Profile::strict, seed);
    for (const std::uint64_t times : outcome.fired) fired += times;
    const Case current{.scenario = generated, .seed = seed, .outcome = outcome};
    const Judgement judgement = property(current);
    judged += judgement.judged;
    if (!judgement.wrong.empty()) RC_FAIL(judgement.wrong + "\n" + keep(name, current));
  });
  EXPECT_TRUE(holds) << "RC_PARAMS=" << std::getenv("RC_PARAMS");
  EXPECT_GT(judged, 0U) << "no case had anything to judge";
  EXPECT_GT(fired, 0U) << "no fault ever fired";
}

}  // namespace castaway::property
