#include "proof.h"

#include <algorithm>

#include <fmt/format.h>

#include "castaway/check/text.h"
#include "castaway/sim/fault_engine.h"

#include "format/wording.h"

namespace castaway::scenario {
namespace {

using check::EventKind;
using check::History;

constexpr std::size_t most_named = 3;

/// "x", "y", "z" and 88,000 more
std::string some_of(const std::vector<std::string>& names) {
  if (names.size() <= most_named) return listed_in_quotes(names);
  std::vector<std::string> words;
  for (std::size_t i = 0; i < most_named; ++i) words.push_back(in_quotes(names[i]));
  words.push_back(fmt::format("{} more", names.size() - most_named));
  return check::listed(words, "and");
}

std::set<std::string> operations_of(const Scenario& scenario) {
  std::set<std::string> names;
  const auto in_methods = [&](const Methods& methods) {
    for (const auto& [method, steps] : methods) {
      for (const Behaviour& step : steps) {
        if (const auto* operation = std::get_if<Operation>(&step))
          names.insert(operation->as + "#0");
      }
    }
  };
  for (const Server& server : scenario.servers) {
    in_methods(server.endpoint);
    for (const ServerEndpoint& more : server.more_endpoints) in_methods(more.methods);
  }
  for (const Script& script : scenario.script) {
    const std::uint32_t tasks = script.repeat.value_or(1);
    for (const ScriptStep& step : script.steps) {
      const auto* operation = std::get_if<Operation>(&step);
      if (operation == nullptr) continue;
      for (std::uint32_t task = 0; task < tasks; ++task) {
        for (std::string& name : operation->names(task, tasks)) {
          names.insert(std::move(name));
          if (!operation->retry_on.empty()) break;  // nobody knows whether it has to ask again
        }
      }
    }
  }
  return names;
}

/// "3 times", "once", "never"
std::string times(std::uint64_t number) {
  return number == 0 ? "never" : number == 1 ? "once" : fmt::format("{} times", number);
}

}  // namespace

Proof::Proof(const Scenario& scenario, SubjectProfile profile)
    : scenario_(scenario),
      profile_(profile),
      rules_(scenario.faults.size()),
      uninvoked_(operations_of(scenario)) {}

void Proof::take(const Outcome& outcome, const std::vector<Finding>& findings, bool broken) {
  ++runs_;
  count_rules(outcome);
  look_for_invokes(outcome.history);
  if (!broken) look_at_ending(outcome.history);
  for (const Finding& finding : findings) {
    Judged& judged = judged_[finding.property];
    judged.number += finding.verdict.judged;
    if (finding.verdict.vacuous()) judged.why_not = finding.verdict.vacuous_because;
  }
}

void Proof::count_rules(const Outcome& outcome) {
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    Rule& rule = rules_[i];
    const std::uint64_t fired = outcome.fired[i];
    rule.least = runs_ == 1 ? fired : std::min(rule.least, fired);
    rule.most = std::max(rule.most, fired);
    if (rule.most > 0 || (runs_ > 1 && outcome.matched[i] <= rule.matched)) continue;
    rule.matched = outcome.matched[i];
    rule.why_not = sim::why_never_fired(scenario_.faults[i], outcome.matched[i], outcome.history);
  }
}

void Proof::look_for_invokes(const History& history) {
  if (uninvoked_.empty()) return;
  for (const check::Event& event : history.events()) {
    if (event.kind == EventKind::invoke) uninvoked_.erase(std::string(history.text(event.op)));
  }
}

void Proof::look_at_ending(const History& history) {
  if (history.ending != check::Ending::limit || !unfinished_.empty()) return;
  std::set<std::string> incomplete = operations_of(scenario_);
  std::set<std::string> unexecuted = incomplete;
  const std::size_t all = incomplete.size();
  for (const check::Event& event : history.events()) {
    if (is_completion(event.kind)) incomplete.erase(std::string(history.text(event.op)));
    if (event.kind == EventKind::execute) unexecuted.erase(std::string(history.text(event.op)));
  }
  unfinished_ = fmt::format("a run ended at its limit of {} with work left",
                            castaway::to_string(scenario_.clock.limit));
  const auto& [left, how] = incomplete.empty() ? std::pair(unexecuted, "were not executed")
                                               : std::pair(incomplete, "did not complete");
  if (!left.empty()) {
    unfinished_ += fmt::format(": {} of {} operations {}: {}", left.size(), all, how,
                               some_of({left.begin(), left.end()}));
  }
}

std::vector<std::string> Proof::unfired() const {
  std::vector<std::string> reasons;
  for (const Fired& expected : scenario_.expect.fired) {
    if (!expected.is_of(profile_)) continue;
    const auto known = std::ranges::find(scenario_.faults, expected.fault, &sim::Rule::id);
    if (known == scenario_.faults.end()) continue;
    const Rule& rule = rules_[static_cast<std::size_t>(known - scenario_.faults.begin())];
    const std::uint64_t fired = expected.some_run ? rule.most : rule.least;
    if (expected.max && rule.most > *expected.max) {
      reasons.push_back(fmt::format("rule {} fired {} in some run, more than {}",
                                    in_quotes(expected.fault), times(rule.most), *expected.max));
    }
    if (fired >= expected.least()) continue;
    reasons.push_back(rule.most == 0 ? rule.why_not
                                     : fmt::format("rule {} fired {} in {}, not {}",
                                                   in_quotes(expected.fault), times(fired),
                                                   expected.some_run ? "its best run" : "some run",
                                                   times(expected.least())));
  }
  return reasons;
}

std::vector<std::string> Proof::gaps(const std::set<std::string>& broken) const {
  std::vector<std::string> reasons = unfired();
  for (std::size_t i = 0; i < rules_.size(); ++i) {
    const std::string& id = scenario_.faults[i].id;
    const auto speaks_of_it = [&](const Fired& expected) {
      return expected.fault == id && expected.is_of(profile_);
    };
    if (rules_[i].most > 0 || std::ranges::any_of(scenario_.expect.fired, speaks_of_it)) continue;
    reasons.push_back(rules_[i].why_not);
  }
  if (!uninvoked_.empty()) {
    reasons.push_back(fmt::format("{} {} never invoked",
                                  some_of({uninvoked_.begin(), uninvoked_.end()}),
                                  uninvoked_.size() == 1 ? "was" : "were"));
  }
  for (const auto& [property, judged] : judged_) {
    if (judged.number > 0 || broken.contains(property)) continue;
    reasons.push_back(property + " judged nothing" +
                      (judged.why_not.empty() ? "" : ": " + judged.why_not));
  }
  return reasons;
}

}  // namespace castaway::scenario
