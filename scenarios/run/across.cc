// A scenario over a real transport: what of it can be judged there, and what came of it.

#include "castaway/scenario/across.h"

#include <algorithm>
#include <set>
#include <utility>

namespace castaway::scenario {
namespace {

constexpr std::uint64_t most_runs = 3;  ///< they take their time

bool asks_for_accepts(const Property& property) {
  const auto* count = std::get_if<CountProp>(&property.what);
  return count != nullptr && (count->of.ev == "accept" || count->of.ev == "reply_accept");
}

/// What there is to judge over a real transport; and why not the rest.
struct Judged {
  Scenario scenario = {};
  std::vector<std::string> reasons = {};
};

Judged without(const Scenario& scenario, std::vector<Property> kept,
               std::vector<std::string> reasons) {
  Judged judged{.scenario = scenario, .reasons = std::move(reasons)};
  judged.scenario.expect.always = std::move(kept);
  std::set<std::string> names;
  for (const Property& property : judged.scenario.expect.always) names.insert(name_of(property));
  for (auto& [profile, broken] : judged.scenario.expect.violated)
    std::erase_if(broken, [&](const std::string& name) { return !names.contains(name); });
  return judged;
}

Judged judged_part(const Scenario& scenario, const AcrossOptions& options) {
  std::vector<Property> kept;
  std::vector<std::string> reasons;
  for (Property property : scenario.expect.always) {
    if (const std::string why = why_not_seen(property); !why.empty()) {
      reasons.push_back("not observable: " + name_of(property) + ": " + why);
      continue;
    }
    if (auto* within = std::get_if<WithinProp>(&property.what)) {
      within->min = std::max(within->min - options.slack, Duration::zero());
      within->max += options.slack;
    }
    kept.push_back(std::move(property));
  }
  Judged judged = without(scenario, std::move(kept), std::move(reasons));
  for (const Property& goal : scenario.expect.reachable)
    judged.reasons.push_back("not judged: " + name_of(goal) +
                             ": some run of many has to show it, and there are few");
  judged.scenario.expect.reachable.clear();
  // What some run of many has to show, all runs together have to show here.
  for (Fired& fired : judged.scenario.expect.fired) {
    if (fired.some_run) fired.min = std::min<std::uint64_t>(fired.min, 1);
  }
  return judged;
}

Crossing::Result result_of(const Report& report) {
  if (report.result == Result::fail) return Crossing::Result::fail;
  if (report.interrupted) return Crossing::Result::interrupted;
  switch (report.result) {
    case Result::vacuous:
    case Result::inconclusive:
      return Crossing::Result::not_shown;
    case Result::expected_fail:
      return Crossing::Result::expected_fail;
    case Result::pass:
    case Result::stale:  // kept here, though this profile is known to break it elsewhere
    case Result::fail:
      break;
  }
  return Crossing::Result::pass;
}

std::uint64_t runs_of(const Scenario& scenario, const AcrossOptions& options) {
  if (options.runs != 0) return options.runs;
  if (scenario.explore.strategy == Explore::How::single) return 1;
  return std::min(scenario.explore.runs, most_runs);
}

}  // namespace

Duration simulated_duration(const Scenario& scenario, SubjectProfile profile) {
  const check::History history = run(scenario, profile, scenario.seed).history;
  return history.events().empty() ? Duration() : history.events().back().at.time_since_epoch();
}

Crossing cross(const Scenario& scenario, SubjectProfile profile, Runtime& runtime,
               Transport& transport, const AcrossOptions& options) {
  const auto not_applicable = [](std::vector<std::string> reasons) {
    return Crossing{.result = Crossing::Result::not_applicable, .reasons = std::move(reasons)};
  };
  const Duration duration = simulated_duration(scenario, profile);
  if (std::string why = why_not_over(scenario, transport.capabilities(), duration, options);
      !why.empty())
    return not_applicable({std::move(why)});
  Judged judged = judged_part(scenario, options);
  if (judged.scenario.expect.always.empty()) return not_applicable(std::move(judged.reasons));

  std::uint64_t in_doubt = 0;
  bool is_cut = false;
  const RunOptions run_options{
      .runs = runs_of(scenario, options),
      .cut = options.cut,
      .run = [&](const Scenario& what, SubjectProfile in, std::uint64_t seed) {
        Outcome outcome = run_over(what, in, seed, duration, runtime, transport, options);
        in_doubt += outcome.in_doubt;
        is_cut = is_cut || outcome.history.ending == check::Ending::cut;
        return outcome;
      }};
  Crossing crossing{.reasons = std::move(judged.reasons)};
  crossing.report = explore(judged.scenario, profile, run_options);
  crossing.result = is_cut ? Crossing::Result::interrupted : result_of(crossing.report);
  for (const Finding& finding : crossing.report.findings) {
    if (finding.verdict.violations.empty()) continue;
    crossing.reasons.push_back(finding.property + ": " + finding.verdict.violations.front().what);
  }
  for (const std::string& reason : crossing.report.reasons) crossing.reasons.push_back(reason);
  const bool counts_accepts = std::ranges::any_of(judged.scenario.expect.always, asks_for_accepts);
  if (in_doubt > 0 && counts_accepts && crossing.result != Crossing::Result::interrupted) {
    crossing.result = Crossing::Result::not_shown;
    crossing.reasons.push_back("what the broker accepted is not known of " +
                               std::to_string(in_doubt) + " messages, and it is counted");
  }
  return crossing;
}

std::string_view to_string(Crossing::Result result) {
  switch (result) {
    case Crossing::Result::pass:
      return "pass";
    case Crossing::Result::fail:
      return "fail";
    case Crossing::Result::expected_fail:
      return "expected failure";
    case Crossing::Result::not_shown:
      return "not shown";
    case Crossing::Result::not_applicable:
      return "not applicable";
    case Crossing::Result::interrupted:
      return "interrupted";
  }
  return "";
}

}  // namespace castaway::scenario
