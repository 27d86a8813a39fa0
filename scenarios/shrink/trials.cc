#include "trials.h"

#include <algorithm>
#include <exception>
#include <numeric>
#include <utility>

#include "castaway/check/laws.h"
#include "castaway/scenario/json.h"
#include "castaway/version.h"

namespace castaway::scenario {
namespace {

constexpr std::size_t most_others = 8;

/// Nothing but what the property needs is expected of what comes out.
Scenario bared(Scenario scenario, SubjectProfile profile, const Property& property) {
  const auto expected = scenario.expect.violated.find(std::string(to_string(profile)));
  const bool known = expected != scenario.expect.violated.end() &&
                     std::ranges::count(expected->second, name_of(property)) != 0;
  scenario.profiles = {profile};
  scenario.explore = {};
  scenario.finding = nullptr;
  scenario.expect = {.always = {property}};
  if (known) scenario.expect.violated[std::string(to_string(profile))] = {name_of(property)};
  return scenario;
}

bool offers(const Server& server, const Operation& operation) {
  const auto has = [&](const std::string& namespace_, const std::string& version,
                       const Methods& methods) {
    return namespace_ == operation.namespace_ &&
           version_is_compatible(version.empty() ? "1.0" : version,
                                 operation.version.empty() ? "1.0" : operation.version) &&
           methods.contains(operation.method);
  };
  return server.topic == operation.topic && server.exchange == operation.exchange &&
         (operation.server.empty() || operation.server == server.target_name()) &&
         (has(server.namespace_, server.version, server.endpoint) ||
          std::ranges::any_of(server.more_endpoints, [&](const ServerEndpoint& more) {
            return has(more.namespace_, more.version, more.methods);
          }));
}

std::set<std::string> offered_in(const Scenario& scenario) {
  std::set<std::string> offered;
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      const auto* operation = std::get_if<Operation>(&step);
      if (operation == nullptr) continue;
      const bool served = std::ranges::any_of(
          scenario.servers, [&](const Server& server) { return offers(server, *operation); });
      if (served) offered.insert(operation->as);
    }
  }
  return offered;
}

std::set<std::string> operations_of(const Scenario& scenario) {
  std::set<std::string> names;
  for (const Script& script : scenario.script) {
    for (const ScriptStep& step : script.steps) {
      if (const auto* operation = std::get_if<Operation>(&step)) names.insert(operation->as);
    }
  }
  return names;
}

/// The same without anything that goes wrong, and nobody who stops a server or closes a client.
Scenario benign_twin(Scenario scenario) {
  scenario.faults.clear();
  scenario.deviations = std::vector<sim::Deviation>();
  for (Script& script : scenario.script) {
    std::erase_if(script.steps, [](const ScriptStep& step) {
      return std::holds_alternative<StopServer>(step) ||
             std::holds_alternative<StartServer>(step) || std::holds_alternative<Close>(step);
    });
  }
  return scenario;
}

/// How often rules fired.
std::uint64_t faults_in(const Outcome& outcome) {
  return std::accumulate(outcome.fired.begin(), outcome.fired.end(), std::uint64_t{0});
}

/// Laws that an event breaks, not the end of the run.
bool breaks_at_an_event(const Property& property, const check::Violation& violation) {
  if (const auto* law = std::get_if<LawProp>(&property.what)) {
    const check::Law* known = check::find_law(law->name);
    return known != nullptr && !known->at_end;
  }
  if (const auto* count = std::get_if<CountProp>(&property.what)) return !count->min;
  if (std::holds_alternative<OutcomeProp>(property.what)) return violation.steps.size() == 1;
  if (std::holds_alternative<WithinProp>(property.what)) return violation.steps.size() == 2;
  return std::holds_alternative<AtOnceProp>(property.what);
}

}  // namespace

Trials::Trials(const Scenario& scenario, SubjectProfile profile, Property property,
               const ShrinkOptions& options)
    : profile_(profile),
      property_(std::move(property)),
      options_(options),
      best_(bared(scenario, profile, property_)) {
  for (const Property& other : scenario.expect.always) {
    if (std::holds_alternative<LawProp>(other.what)) laws_.push_back(other);
  }
  known_ = problems_of(best_);
  offered_ = offered_in(best_);
}

bool Trials::confirm() {
  Outcome first = run(best_, profile_, best_.seed, {.cut = options_.cut});
  ++evaluations_;
  std::vector<Broken> all = broken(best_, profile_, first);
  if (all.empty()) return false;
  const auto of_itself = std::ranges::find_if(
      all, [](const Broken& one) { return one.signature.consequence_of.empty(); });
  signature_ = (of_itself != all.end() ? *of_itself : all.front()).signature;
  for (const Broken& one : all) static_cast<void>(is_news(one.signature));
  const FailureSignatures signatures(first.history);
  for (const Property& law : laws_) {
    for (const check::Violation& violation : judge(law, first.history).violations)
      static_cast<void>(is_news(signatures.of(name_of(law), violation)));
  }

  Scenario replay = best_;
  replay.deviations = first.deviations;
  std::optional<Outcome> again = made(replay, profile_);
  if (!again) return false;
  all = broken(replay, profile_, *again);
  const auto same = std::ranges::find(all, *signature_, &Broken::signature);
  if (same == all.end()) return false;
  keep(std::move(replay), *std::move(again), same->violation);
  controls_ = controls_of(best_);
  find_premise();
  return true;
}

bool Trials::attempt(Scenario candidate, Terms terms) {
  // A scenario with many thousand deviations takes long even to look at.
  if (over()) return false;
  if (!terms.own_choices) candidate.deviations = best_.deviations;
  std::optional<Scenario> mended = mend(std::move(candidate), known_);
  if (!mended || !is_served(*mended)) return false;
  if (*mended == best_) return true;
  std::string text = print(*mended);
  if (tried_.contains(text)) return false;

  std::optional<Outcome> outcome = made(*mended, profile_);
  if (outcome && terms.no_more_faults && faults_in(*outcome) > faults_in(outcome_)) return false;
  if (outcome) {
    for (Broken& one : broken(*mended, profile_, *outcome)) {
      if (one.signature != *signature_) continue;
      if (!has_its_premise(*mended, *outcome) || !controls_hold(*mended)) break;
      keep(*std::move(mended), *std::move(outcome), std::move(one.violation));
      return true;
    }
    note_others(*mended, *outcome);
  }
  tried_.insert(std::move(text));
  return false;
}

bool Trials::over() const {
  return evaluations_ >= options_.budget || (options_.cut && options_.cut());
}

std::optional<TimePoint> Trials::broken_at() const {
  if (!breaks_at_an_event(property_, violation_)) return std::nullopt;
  std::optional<TimePoint> last;
  for (const check::Step& step : violation_.steps) {
    if (step.event == check::no_event) continue;
    const TimePoint at = outcome_.history[step.event].at;
    last = std::max(last.value_or(at), at);
  }
  return last;
}

std::optional<Outcome> Trials::made(const Scenario& scenario, SubjectProfile profile) {
  ++evaluations_;
  if (options_.progress) options_.progress(pass_, evaluations_, size_of(best_));
  try {
    return run(scenario, profile, scenario.seed, {.cut = options_.cut});
  } catch (const RunCut&) {
    throw;
  } catch (const std::exception&) {
    // Whatever is wrong with this one, it is not what was to be shown.
    return std::nullopt;
  }
}

std::vector<Trials::Broken> Trials::broken(const Scenario& scenario, SubjectProfile profile,
                                           const Outcome& outcome) const {
  const auto* again = std::get_if<AgainProp>(&property_.what);
  const check::Verdict verdict = again != nullptr ? judge_again(scenario, profile, scenario.seed,
                                                                outcome, *again, options_.cut)
                                                  : judge(property_, outcome.history);
  std::vector<Broken> all;
  const FailureSignatures signatures(outcome.history);
  for (const check::Violation& violation : verdict.violations)
    all.push_back({signatures.of(name_of(property_), violation), violation});
  return all;
}

/// What the controls of a scenario break: the same where nothing goes wrong and, for a property
/// that somebody wrote for this very scenario, the same with the strict library.
Trials::Controls Trials::controls_of(const Scenario& scenario) {
  Controls controls;
  const auto look = [&](const Scenario& control, SubjectProfile profile) {
    std::vector<FailureSignature> signatures;
    if (const std::optional<Outcome> outcome = made(control, profile)) {
      for (Broken& one : broken(control, profile, *outcome))
        signatures.push_back(std::move(one.signature));
    }
    controls.push_back(std::move(signatures));
  };
  look(benign_twin(scenario), profile_);
  if (profile_ != SubjectProfile::strict && !std::holds_alternative<LawProp>(property_.what))
    look(scenario, SubjectProfile::strict);
  return controls;
}

/// Where even the strict library breaks the property as long as nothing goes wrong, it says what
/// the faults should lead to: they are not to be taken away from it.
void Trials::find_premise() {
  if (std::holds_alternative<LawProp>(property_.what)) return;
  const Scenario twin = benign_twin(best_);
  const std::optional<Outcome> outcome = made(twin, SubjectProfile::strict);
  if (!outcome || broken(twin, SubjectProfile::strict, *outcome).empty()) return;
  for (std::size_t i = 0; i < best_.faults.size(); ++i) {
    if (outcome_.fired[i] > 0) premise_.insert(best_.faults[i].id);
  }
}

bool Trials::has_its_premise(const Scenario& candidate, const Outcome& outcome) const {
  std::size_t left = 0;
  for (std::size_t i = 0; i < candidate.faults.size(); ++i) {
    if (outcome.fired[i] > 0 && premise_.contains(candidate.faults[i].id)) ++left;
  }
  return left == premise_.size();
}

/// What is owed to the faults, or to the library, must not become what is owed to nobody having
/// been asked: a control breaks nothing that it did not break before anything was taken away.
bool Trials::controls_hold(const Scenario& candidate) {
  const Controls controls = controls_of(candidate);
  for (std::size_t i = 0; i < controls.size(); ++i) {
    for (const FailureSignature& signature : controls[i]) {
      if (std::ranges::count(controls_[i], signature) == 0) return false;
    }
  }
  return true;
}

/// An operation that somebody did is not left to nobody: that would be another reason to fail.
bool Trials::is_served(const Scenario& candidate) const {
  const std::set<std::string> offered = offered_in(candidate);
  return std::ranges::all_of(operations_of(candidate), [&](const std::string& operation) {
    return !offered_.contains(operation) || offered.contains(operation);
  });
}

void Trials::keep(Scenario candidate, Outcome outcome, check::Violation violation) {
  best_ = std::move(candidate);
  // Questions that are no longer asked need no answer.
  best_.deviations = outcome.deviations;
  outcome_ = std::move(outcome);
  violation_ = std::move(violation);
  ++kept_;
}

bool Trials::is_news(const FailureSignature& signature) {
  if (std::ranges::count(signatures_, signature) != 0) return false;
  signatures_.push_back(signature);
  return true;
}

void Trials::note_others(const Scenario& candidate, const Outcome& outcome) {
  const FailureSignatures signatures(outcome.history);
  for (const Property& law : laws_) {
    if (also_.size() == most_others) return;
    for (const check::Violation& violation : judge(law, outcome.history).violations) {
      FailureSignature signature = signatures.of(name_of(law), violation);
      if (!signature.consequence_of.empty() || !is_news(signature)) continue;
      AlsoFound found{.signature = std::move(signature), .scenario = candidate};
      found.scenario.deviations = outcome.deviations;
      found.scenario.expect = {.always = {law}};
      also_.push_back(std::move(found));
      break;
    }
  }
}

}  // namespace castaway::scenario
