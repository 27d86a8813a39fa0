#pragma once
// for_all_scenarios: RapidCheck draws a seed and a size, the generator makes a scenario of them,
// and a property judges its run.
//
// Nothing is drawn during a run. A counterexample prints as a scenario file with its deviations,
// and is written to castaway-out/, from where `castaway replay` runs it. RapidCheck's seed is
// pinned; CASTAWAY_SEED and CASTAWAY_RUNS set it and the number of cases.

#include <cstdint>
#include <functional>
#include <string>

#include "castaway/scenario/generate.h"
#include "castaway/scenario/run.h"

namespace castaway::property {

/// One case: what was generated, and its run in profile strict.
struct Case {
  const scenario::Scenario& scenario;
  std::uint64_t seed = 0;
  const scenario::Outcome& outcome;
};

/// What a property found in one case: how much it judged, and what is wrong, in words; nothing if
/// all is well.
struct Judgement {
  std::size_t judged = 0;
  std::string wrong = {};
};

/// Fails the running test at the first counterexample, or when no case had anything to judge, or no
/// fault ever fired.
void for_all_scenarios(const std::string& name,
                       const std::function<Judgement(const Case&)>& property);

/// A whole number from the environment, or `otherwise`.
/// Throws: std::invalid_argument if the variable is set to something else.
[[nodiscard]] std::uint64_t number_from_environment(const char* variable, std::uint64_t otherwise);

}  // namespace castaway::property
