#include "tally.h"

#include <algorithm>

#include <fmt/format.h>

#include "castaway/check/laws.h"
#include "castaway/scenario/classic_breaches.h"

#include "cli/text.h"
#include "report/argument.h"
#include "report/finding.h"
#include "report/report.h"

namespace castaway::ci {

namespace {

using scenario::Trial;

constexpr const char* finding_indent = "       ";
constexpr std::size_t most_lines = 12;

std::string where(const Trial& trial) {
  return fmt::format("{} in profile {}, seed {}, strategy {}", trial.scenario.name,
                     to_string(trial.profile), trial.seed, to_string(trial.how));
}

/// A generated scenario is one of a kind: what breaks in it is not a matter of its name.
std::string subject(const Trial& trial) {
  return fmt::format("{}.{}", trial.path.empty() ? "generated" : trial.scenario.name,
                     to_string(trial.profile));
}

/// The run as `run` would report it, with nothing in it but this breach.
ItemResult as_result(const Trial& trial, const Selected& selected, const scenario::Breach& breach) {
  return {.item = {&selected, trial.profile},
          .mark = Mark::fail,
          .report = {.scenario = trial.scenario.name,
                     .profile = trial.profile,
                     .result = scenario::Result::fail,
                     .seed = trial.seed,
                     .runs = 1,
                     .findings = {breach.finding},
                     .shown = trial.outcome}};
}

Found found_in(const Trial& trial, const scenario::Breach& breach) {
  const Selected selected{.path = trial.path, .scenario = trial.scenario};
  const ItemResult result = as_result(trial, selected, breach);
  return {.run = trial.number,
          .how = std::string(to_string(trial.how)),
          .name = fmt::format("{}.{}.{}", trial.scenario.name, to_string(trial.profile),
                              breach.signature.property),
          .property = breach.signature.property,
          .verdict = argue_shortly(roots_first({breach.finding.verdict}), trial.outcome.history,
                                   finding_indent, most_lines),
          .file = finding_text(result)};
}

void add_found(std::map<std::string, Found>& all, const std::string& key, Found found) {
  const auto [known, is_new] = all.try_emplace(key, found);
  if (is_new) return;
  const std::uint64_t times = known->second.times + found.times;
  // One that was known already comes without its file.
  const bool earlier = found.run < known->second.run && !found.file.empty();
  if (earlier || known->second.file.empty()) known->second = std::move(found);
  known->second.times = times;
}

}  // namespace

void Seen::add(const Seen& other) {
  first = times == 0 ? other.first : std::min(first, other.first);
  times += other.times;
}

void Tally::take(const Trial& trial) {
  ++runs;
  ++strategies[std::string(to_string(trial.how))];
  if (!trial.error.empty()) {
    faults.insert({trial.number, where(trial), trial.error});
    return;
  }
  events += trial.outcome.events;
  hashes.insert(trial.outcome.history.hash());
  repeated += trial.repeated ? 1 : 0;
  for (const check::Violation& violation : trial.again.violations) {
    std::string what = violation.what;
    for (const check::Step& step : violation.steps) what += '\n' + step.text;
    faults.insert({trial.number, where(trial), what});
  }

  if (trial.profile == scenario::SubjectProfile::classic) {
    for (const auto breach : scenario::classic_breaches(trial.scenario, trial.outcome.history))
      breaches[std::string(to_string(breach))].add({.first = trial.number, .times = 1});
  }
  const std::set<scenario::Strike> strikes = strikes_in(trial.scenario, trial.outcome.history);
  for (const scenario::Finding& finding : trial.findings) {
    const bool judges = finding.verdict.judged > 0 || finding.verdict.violated();
    judged[finding.property] += judges ? 1 : 0;
    if (check::find_law(finding.property) == nullptr) continue;
    for (const sim::Rule& rule : trial.scenario.faults)
      grounds.emplace(finding.property, scenario::family_of(rule));
    if (!judges) continue;
    for (const scenario::Strike& strike : strikes) ++cells[{finding.property, strike}];
  }
  for (const scenario::Breach& breach : trial.breaches) {
    const std::string key = fmt::format("{} {} {}", subject(trial), to_string(breach.signature),
                                        static_cast<int>(breach.signature.operation));
    // The file is large, and most runs of a bug say what is known.
    const auto known = found.find(key);
    if (known != found.end() && known->second.run < trial.number) {
      ++known->second.times;
    } else {
      add_found(found, key, found_in(trial, breach));
    }
  }
}

void Tally::begin_again() {
  std::map<std::string, Found> known = std::move(found);
  *this = {};
  for (auto& [key, one] : known)
    found.emplace(key, Found{.run = one.run, .times = 0, .how = std::move(one.how)});
}

void Tally::add(Tally other) {
  runs += other.runs;
  events += other.events;
  repeated += other.repeated;
  for (const auto& [strategy, number] : other.strategies) strategies[strategy] += number;
  hashes.merge(other.hashes);
  for (const auto& [property, number] : other.judged) judged[property] += number;
  for (const auto& [cell, number] : other.cells) cells[cell] += number;
  grounds.merge(other.grounds);
  for (auto& [key, one] : other.found) add_found(found, key, std::move(one));
  for (const auto& [name, seen] : other.breaches) breaches[name].add(seen);
  faults.merge(other.faults);
  for (const auto& [name, certificate] : other.certificates) {
    const auto [known, is_new] = certificates.try_emplace(name, certificate);
    if (!is_new) known->second.add(certificate);
  }
}

}  // namespace castaway::ci
