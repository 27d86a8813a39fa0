#pragma once
// for_all_scenarios: RapidCheck draws a seed and a size, the generator makes a scenario of them,
// and a property judges its run.
//
// Nothing is drawn during a run. RapidCheck shrinks the size alone, and a smaller size is a smaller
// scenario. What remains prints as a scenario file with its deviations, and is written to
// castaway-out/, from where `castaway replay` runs it again.

#include <cstdint>
#include <functional>
#include <string>

#include "castaway/scenario/generate.h"
#include "castaway/scenario/run.h"

#include "settings.h"
#include "tally.h"

namespace castaway::property {

/// One case: what was generated, and its run.
struct Case {
  const scenario::Scenario& scenario;
  std::uint64_t seed = 0;
  scenario::SubjectProfile profile = scenario::SubjectProfile::strict;
  const scenario::Outcome& outcome;
};

/// What a property found in one case: how much it judged, and what is wrong, in words; nothing if
/// all is well.
struct Judgement {
  std::size_t judged = 0;
  std::string wrong = {};
};
using Property = std::function<Judgement(const Case&)>;

struct PropertyOptions {
  scenario::SubjectProfile profile = scenario::SubjectProfile::strict;
  scenario::GenerateOptions generate = {.size = 40};  ///< its size is the largest that is drawn
  int runs = 200;
};

/// What became of a property. It does not hold either if no case had anything to judge, or if no
/// fault ever fired where there were to be faults: that is judged over all cases together.
struct PropertyReport {
  bool holds = false;
  std::string text = {};  ///< for people: a line if it holds, else all that is known
  std::size_t judged = 0;
  Tally tally = {};
};

[[nodiscard]] PropertyReport check_scenarios(const std::string& name, const Property& property,
                                             const PropertyOptions& options,
                                             const Settings& settings);

/// Fails the running test if the property does not hold, and prints what was tried. Puts it to the
/// regressions first, if faults are allowed for.
void for_all_scenarios(const std::string& name, const Property& property,
                       const PropertyOptions& options = {});

/// The same for what needs no scenario: RapidCheck draws seeds, and the property judges each.
using SeedProperty = std::function<Judgement(std::uint64_t seed)>;
[[nodiscard]] PropertyReport check_seeds(const std::string& name, const SeedProperty& property,
                                         int runs, const Settings& settings);
void for_all_seeds(const std::string& name, const SeedProperty& property, int runs = 1000);

/// What is wrong with a case, the scenario that replays it, and the command that does. Writes the
/// scenario to castaway-out/property-<name>.json below the working folder.
[[nodiscard]] std::string counterexample(const std::string& name, const Case& found,
                                         const std::string& wrong);

/// A property of histories alone: a universal law.
[[nodiscard]] Property keeps(check::Verdict (*law)(const check::History&));

}  // namespace castaway::property
