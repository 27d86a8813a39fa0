#include "failing_run.h"

#include <algorithm>
#include <stdexcept>

#include <fmt/format.h>

#include "castaway/nearest.h"
#include "castaway/scenario/json.h"

#include "cli/files.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "finding.h"
#include "report.h"

namespace castaway::ci {

namespace {

using scenario::Scenario;
using scenario::SubjectProfile;

std::vector<SubjectProfile> profiles_of(const Scenario& scenario,
                                        std::optional<SubjectProfile> asked) {
  if (asked) return {*asked};
  const std::optional<Finding> finding = finding_of(scenario);
  for (const SubjectProfile profile : {SubjectProfile::strict, SubjectProfile::classic}) {
    if (finding && finding->profile == to_string(profile)) return {profile};
  }
  return scenario.profiles;
}

/// The first failure in a profile; nothing where there is none.
std::optional<FailingRun> failure_in(const Selected& selected, SubjectProfile profile,
                                     Console& console) {
  std::optional<FailingRun> failure;
  run_all({{&selected, profile}}, {.jobs = 1}, console, [&](const ItemResult& result) {
    if (result.mark == Mark::unfit) throw InputError(ExitCode::bad_input, result.fault);
    if (result.mark == Mark::broken) throw std::runtime_error(result.fault);
    const std::vector<Broken> broken = broken_in(result);
    if (broken.empty()) return;
    const scenario::Property* property = to_keep_broken(selected.scenario, broken);
    if (property == nullptr) {
      throw InputError(ExitCode::bad_input,
                       fmt::format("{}: a run that breaks nothing but \"{}\" cannot be shrunk",
                                   selected.path, broken.front().property));
    }
    failure = {.profile = profile, .scenario = selected.scenario, .property = *property};
    failure->scenario.seed = result.report.seed;
    failure->scenario.deviations = result.report.shown.deviations;
  });
  return failure;
}

}  // namespace

const scenario::Property* to_keep_broken(const Scenario& scenario,
                                         const std::vector<Broken>& broken) {
  const scenario::Property* first = nullptr;
  const std::optional<Finding> finding = finding_of(scenario);
  for (const Broken& one : broken) {
    const auto property =
        std::ranges::find(scenario.expect.always, one.property,
                          [](const scenario::Property& property) { return name_of(property); });
    if (property == scenario.expect.always.end()) continue;
    if (finding && one.property == finding->property) return &*property;
    if (first == nullptr) first = &*property;
  }
  return first;
}

Scenario read_scenario(const std::string& path, const std::string& property) {
  Scenario scenario;
  try {
    scenario = read_as_written(read_file(path), path);
  } catch (const scenario::ScenarioError& error) {
    throw InputError(ExitCode::bad_input, error.what());
  }
  if (property.empty()) return scenario;
  std::vector<std::string> known;
  for (const scenario::Property& one : scenario.expect.always) known.push_back(name_of(one));
  std::erase_if(scenario.expect.always,
                [&](const scenario::Property& one) { return name_of(one) != property; });
  if (!scenario.expect.always.empty()) return scenario;
  const std::string nearest = castaway::nearest(property, known);
  throw InputError(
      ExitCode::bad_input,
      fmt::format("{}: no property of \"always\" is called \"{}\"{}", path, property,
                  nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
}

std::optional<FailingRun> find_failing_run(const Selected& selected,
                                           std::optional<SubjectProfile> profile,
                                           const std::string& property, Console& console) {
  const std::vector<SubjectProfile> profiles = profiles_of(selected.scenario, profile);
  std::vector<std::string> names;
  for (const SubjectProfile one : profiles) {
    if (auto failure = failure_in(selected, one, console)) return failure;
    if (interrupted()) return std::nullopt;
    names.emplace_back(to_string(one));
  }
  const std::string what =
      property.empty() ? "it does not fail" : fmt::format("no run breaks \"{}\"", property);
  throw InputError(ExitCode::bad_input,
                   fmt::format("{}: there is nothing to shrink: in profile {} {}", selected.path,
                               listed(names), what));
}

}  // namespace castaway::ci
