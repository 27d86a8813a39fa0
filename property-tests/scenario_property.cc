#include "scenario_property.h"

#include <exception>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <optional>
#include <stdexcept>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "castaway/scenario/json.h"

#include "draw.h"
#include "regressions.h"

namespace castaway::property {
namespace {

/// The last case that failed. RapidCheck goes on only from what fails, so it is the smallest.
struct Failed {
  scenario::Scenario scenario = {};
  std::uint64_t seed = 0;
  std::uint32_t size = 0;
  scenario::Outcome outcome = {};
  std::string wrong = {};
};

class Examination {
 public:
  Examination(const Property& property, const PropertyOptions& options)
      : property_(property), options_(options) {}

  /// One case, drawn by RapidCheck.
  void operator()() {
    const std::uint64_t seed = draw_seed();
    scenario::GenerateOptions generate = options_.generate;
    generate.size = *rc::gen::inRange<std::uint32_t>(0, options_.generate.size + 1);
    Failed current;
    current.seed = seed;
    current.size = generate.size;
    try {
      examine(current, generate);
    } catch (const std::exception& error) {
      current.wrong = fmt::format("It throws: {}", error.what());
    }
    if (current.wrong.empty()) return;
    failed = std::move(current);
    RC_FAIL(failed->wrong);
  }

  Tally tally = {};
  std::size_t judged = 0;
  std::optional<Failed> failed = {};

 private:
  void examine(Failed& current, const scenario::GenerateOptions& generate) {
    current.scenario = scenario::generate(current.seed, generate);
    current.outcome = scenario::run(current.scenario, options_.profile, current.seed);
    // What failed is run again and again while it shrinks; that says nothing of the property.
    if (!failed) tally.take(current.scenario, current.outcome);
    Judgement judgement = property_({.scenario = current.scenario,
                                     .seed = current.seed,
                                     .profile = options_.profile,
                                     .outcome = current.outcome});
    judged += judgement.judged;
    current.wrong = std::move(judgement.wrong);
  }

  const Property& property_;
  const PropertyOptions& options_;
};

/// Why a property that no case broke does not hold all the same; empty if it does.
std::string why_not(const Examination& examination, const PropertyOptions& options,
                    std::string failure) {
  if (!failure.empty()) return failure;
  if (examination.judged == 0) return "It is vacuous: no case had anything to judge.";
  if (options.generate.faults && examination.tally.faults() == 0) {
    return "It is vacuous: no fault ever fired.";
  }
  return {};
}

}  // namespace

PropertyReport check_scenarios(const std::string& name, const Property& property,
                               const PropertyOptions& options, const Settings& settings) {
  Examination examination(property, options);
  const std::string failure =
      failure_in_cases(name, options.runs, settings, [&] { examination(); });

  const std::string summary =
      fmt::format("property {}: {} cases from seed {}, {} distinct; {} judged, {} faults fired",
                  name, examination.tally.runs(), settings.seed, examination.tally.distinct(),
                  examination.judged, examination.tally.faults());
  PropertyReport report{.judged = examination.judged};
  if (const auto& failed = examination.failed) {
    const Case found = {.scenario = failed->scenario,
                        .seed = failed->seed,
                        .profile = options.profile,
                        .outcome = failed->outcome};
    report.text =
        fmt::format("{}.\nBroken by the case with seed {} and size {}.\n\n{}", summary,
                    failed->seed, failed->size, counterexample(name, found, failed->wrong));
  } else {
    const std::string reason = why_not(examination, options, failure);
    report.holds = reason.empty();
    report.text = summary + (report.holds ? "." : ".\n" + reason);
  }
  report.tally = std::move(examination.tally);
  return report;
}

void for_all_scenarios(const std::string& name, const Property& property,
                       const PropertyOptions& options) {
  // What is said of worlds without faults is not said of what a fault once broke.
  if (options.generate.faults) {
    EXPECT_EQ(wrong_with_regressions(name, property, options.profile), "");
  }
  const PropertyReport report = check_scenarios(name, property, options, settings());
  EXPECT_TRUE(report.holds) << report.text;
  if (report.holds) std::cout << report.text << "\n";
}

std::string counterexample(const std::string& name, const Case& found, const std::string& wrong) {
  scenario::Scenario replay = found.scenario;
  replay.seed = found.seed;
  replay.profiles = {found.profile};
  replay.deviations = found.outcome.deviations;
  const std::string text = print(replay);
  const std::filesystem::path path = std::filesystem::absolute(
      std::filesystem::path("castaway-out") / ("property-" + name + ".json"));
  std::filesystem::create_directories(path.parent_path());
  std::ofstream file(path);
  if (!(file << text).flush()) {
    throw std::runtime_error(fmt::format("{} cannot be written", path.string()));
  }
  return fmt::format("{}\n\n{}\ncastaway replay {}\n", wrong, text, path.string());
}

Property keeps(check::Verdict (*law)(const check::History&)) {
  return [law](const Case& run) -> Judgement {
    const check::Verdict verdict = law(run.outcome.history);
    if (verdict.violated()) return {.wrong = to_string(verdict, run.outcome.history)};
    return {.judged = verdict.judged};
  };
}

}  // namespace castaway::property
