#pragma once
// Catalogue: what is known about each conformance case: which scenarios show it, and which of our
// own mutants it kills.

#include <map>
#include <string>
#include <vector>

#include "selection.h"

namespace castaway::ci {

/// The folder `scenarios` here, or else the one that was installed with this program; empty if
/// there is neither.
[[nodiscard]] std::string default_folder();

/// The scenarios in `paths`; without any, those of the folder "scenarios" here, or else the
/// installed ones, or none.
/// What is wrong with any of them becomes one of the problems, as of select().
[[nodiscard]] std::vector<Selected> known_scenarios(const std::vector<std::string>& paths,
                                                    InputProblems& problems);

/// The folder of conformance scenarios: that of the folder "scenarios" here, or else the installed
/// one; empty if there is neither.
[[nodiscard]] std::string catalogue_folder();

/// By case: the paths of the scenarios that name it.
[[nodiscard]] std::map<std::string, std::vector<std::string>> shown_by(
    const std::vector<Selected>& scenarios);

/// Why profile classic fails a case: oslo.messaging does.
struct KnownFailure {
  std::string case_id = {};
  std::string reason = {};
  std::string source = {};  ///< where in oslo.messaging
};

/// ci/baselines/classic.json
[[nodiscard]] std::vector<KnownFailure> known_failures_of_classic();

/// A line that was changed on purpose: a wrong one, or a benign one; see ci/mutants/mutate.py.
struct Mutant {
  std::string id = {};
  std::string name = {};
  std::string about = {};
  std::vector<std::string> killed_by = {};
  bool benign = false;        ///< another way to keep the promise, which nothing may flag
  std::string survives = {};  ///< why nothing notices it yet; empty if something has to
};

/// All that this program was built beside.
[[nodiscard]] std::vector<Mutant> gallery();

}  // namespace castaway::ci
