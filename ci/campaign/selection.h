#pragma once
// Selection: the scenarios that a command line names, read and ready to run.

#include <optional>
#include <string>
#include <vector>

#include "castaway/scenario/scenario.h"

#include "cli/input_problems.h"

namespace castaway::ci {

struct Selected {
  std::string path = {};     ///< as it is printed
  std::string section = {};  ///< the name of its folder, in capitals
  bool named = false;        ///< itself on the command line, not found in a folder
  scenario::Scenario scenario = {};
};

/// One scenario in one profile.
struct Item {
  const Selected* selected = nullptr;
  scenario::SubjectProfile profile = scenario::SubjectProfile::strict;
};

/// Reads a scenario, and lints it unless it is a finding: what a shrinker left of a scenario need
/// not be as tidy as what people write.
/// Throws: ScenarioError.
[[nodiscard]] scenario::Scenario read_as_written(const std::string& text, const std::string& path);

/// Files are taken as they are named; folders are searched for scenarios. A JSON file in a folder
/// that is no scenario is a mistake, unless it lies in a folder called golden or is a JSON Schema.
/// What is wrong with any of them becomes one of the problems, and the others are selected.
[[nodiscard]] std::vector<Selected> select(const std::vector<std::string>& paths,
                                           InputProblems& problems);

/// Each scenario in each profile that it lists. With `profile`, in that one: those of folders if
/// they list it, those that are named in any case.
[[nodiscard]] std::vector<Item> items(const std::vector<Selected>& selection,
                                      std::optional<scenario::SubjectProfile> profile);

}  // namespace castaway::ci
