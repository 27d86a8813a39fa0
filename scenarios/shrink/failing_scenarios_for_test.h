#pragma once
// Failing scenarios for the tests of the shrinker: what classic is known to break, as the files
// in `scenarios` show it.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include "castaway/scenario/failure_signature.h"
#include "castaway/scenario/json.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {

/// A scenario, as a replay of a run that breaks one of its properties.
struct Failing {
  Scenario scenario = {};
  Property property = {};
};

[[nodiscard]] inline Scenario scenario_file(const std::string& path) {
  std::ifstream file(std::string(CASTAWAY_SOURCE_DIR) + "/scenarios/" + path);
  std::ostringstream text;
  text << file.rdbuf();
  return load(std::move(text).str(), path);
}

/// Each property that a run of `scenario` breaks.
[[nodiscard]] inline std::vector<Failing> failing_in(const Scenario& scenario,
                                                     SubjectProfile profile) {
  const Report report = explore(scenario, profile);
  std::vector<Failing> failing;
  for (const Finding& finding : report.findings) {
    const auto property = std::ranges::find(scenario.expect.always, finding.property,
                                            [](const Property& one) { return name_of(one); });
    Failing one{.scenario = scenario, .property = *property};
    one.scenario.seed = report.seed;
    one.scenario.deviations = report.shown.deviations;
    failing.push_back(std::move(one));
  }
  return failing;
}

/// All that the files say classic breaks, by file.
[[nodiscard]] inline std::vector<Failing> classic_failures() {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(CASTAWAY_SOURCE_DIR) / "scenarios";
  std::vector<std::string> paths;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.path().extension() == ".json" && entry.path().filename() != "schema.json" &&
        entry.path().parent_path() != folder)
      paths.push_back(fs::relative(entry.path(), folder).string());
  }
  std::ranges::sort(paths);
  std::vector<Failing> all;
  for (const std::string& path : paths) {
    const Scenario scenario = scenario_file(path);
    if (!scenario.expect.violated.contains("classic")) continue;
    for (Failing& failing : failing_in(scenario, SubjectProfile::classic))
      all.push_back(std::move(failing));
  }
  return all;
}

/// Whether a run of it, made anew, breaks the property for this signature.
[[nodiscard]] inline bool breaks(const Scenario& scenario, SubjectProfile profile,
                                 const Property& property, const FailureSignature& signature) {
  const check::History history = run(scenario, profile, scenario.seed).history;
  const check::Verdict verdict = judge(property, history);
  return std::ranges::any_of(verdict.violations, [&](const check::Violation& violation) {
    return signature_of(name_of(property), violation, history) == signature;
  });
}

}  // namespace castaway::scenario
