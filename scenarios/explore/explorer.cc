#include "castaway/scenario/explorer.h"

#include <algorithm>
#include <exception>
#include <string>
#include <utility>

#include "strategist.h"

namespace castaway::scenario {
namespace {

/// So many runs to one that is made twice.
constexpr std::uint64_t between_repeats = 20;

Scenario generated(std::uint64_t seed, const Exploration& exploration, SubjectProfile profile) {
  const std::uint64_t sizes = std::uint64_t{exploration.size} + 1;
  const auto size = static_cast<std::uint32_t>(sim::keyed_hash(seed, "size") % sizes);
  return generate(seed, {.size = size, .claims = profile == SubjectProfile::strict_claims});
}

/// Whether the profile is known to break it: then it is no news.
bool is_expected(const Scenario& scenario, SubjectProfile profile, const Property& property) {
  const auto known = scenario.expect.violated.find(std::string(to_string(profile)));
  return known != scenario.expect.violated.end() &&
         std::ranges::count(known->second, name_of(property)) != 0;
}

/// What the run broke: each signature once, and only what follows from nothing else.
void find_breaches(const Property& property, Trial& trial) {
  const check::Verdict verdict = judge(property, trial.outcome.history);
  const FailureSignatures signatures(trial.outcome.history);
  for (const check::Violation& violation : verdict.violations) {
    FailureSignature signature = signatures.of(name_of(property), violation);
    if (!signature.consequence_of.empty()) continue;
    auto breach = std::ranges::find(trial.breaches, signature, &Breach::signature);
    if (breach == trial.breaches.end()) {
      Breach first{.signature = std::move(signature), .finding = {name_of(property), verdict}};
      first.finding.verdict.violations.clear();
      breach = trial.breaches.insert(breach, std::move(first));
    }
    breach->finding.verdict.violations.push_back(violation);
  }
}

void judge(Trial& trial, const Cut& cut) {
  for (const Property& property : trial.scenario.expect.always) {
    if (is_expected(trial.scenario, trial.profile, property)) continue;
    Finding finding{name_of(property), scenario::judge(property, trial.outcome.history)};
    if (finding.verdict.violated()) find_breaches(property, trial);
    trial.findings.push_back(std::move(finding));
  }
  trial.repeated =
      sim::keyed_hash(trial.seed, "repeat/" + std::to_string(trial.number)) % between_repeats == 0;
  if (!trial.repeated) return;
  using From = AgainProp::From;
  const auto again_from = [&](From from) {
    trial.again =
        judge_again(trial.scenario, trial.profile, trial.seed, trial.outcome, {.from = from}, cut);
  };
  // What other strategies decide is not in the seed of the run alone.
  if (trial.how == Explore::How::random) again_from(From::seed);
  if (!trial.again.violated()) again_from(From::deviations);
}

}  // namespace

struct Explorer::State {
  // Of an exhaustive exploration:

  std::size_t subject = 0;
  std::optional<sim::ExhaustiveStrategy> strategy = {};
  std::vector<sim::Certificate> certificates = {};
};

Explorer::Explorer(const Exploration& exploration, std::uint64_t explorer)
    : exploration_(exploration), number_(explorer), state_(std::make_unique<State>()) {
  if (exploration.strategy != Explore::How::exhaustive) return;
  state_->certificates.resize(exploration.subjects.size());
  wind();
}

Explorer::~Explorer() = default;

std::optional<std::uint64_t> Explorer::next() const {
  const bool exhausts = exploration_.strategy == Explore::How::exhaustive;
  if (exhausts && !state_->strategy) return std::nullopt;
  const std::uint64_t number = made_ * explorers + number_;
  if (exploration_.runs != 0 && number >= exploration_.runs) return std::nullopt;
  return number;
}

Trial Explorer::run() {
  const std::uint64_t number = next().value();
  ++made_;
  return state_->strategy ? exhausting(number) : by_turns(number);
}

std::vector<sim::Certificate> Explorer::certificates() const {
  std::vector<sim::Certificate> all = state_->certificates;
  if (state_->strategy) all[state_->subject] = state_->strategy->certificate();
  return all;
}

Trial Explorer::by_turns(std::uint64_t number) {
  Trial trial{.number = number, .seed = seed_of_run(exploration_.seed, number)};
  trial.how = whose_turn(exploration_.strategy, trial.seed);
  try {
    if (exploration_.subjects.empty()) {
      trial.profile = exploration_.profiles[number % exploration_.profiles.size()];
      trial.scenario = generated(trial.seed, exploration_, trial.profile);
    } else {
      const Subject& from = exploration_.subjects[number % exploration_.subjects.size()];
      trial.path = from.path;
      trial.profile = from.profile;
      trial.scenario = from.scenario;
    }
    const auto strategy = make_strategy(trial.how, trial.seed);
    trial.outcome = scenario::run(trial.scenario, trial.profile, trial.seed,
                                  {.strategy = strategy.get(), .cut = exploration_.cut});
    judge(trial, exploration_.cut);
  } catch (const RunCut&) {
    throw;
  } catch (const std::exception& error) {
    trial.error = error.what();
  }
  return trial;
}

Trial Explorer::exhausting(std::uint64_t number) {
  const Subject& from = exploration_.subjects[state_->subject];
  Trial trial{.number = number,
              .how = Explore::How::exhaustive,
              .path = from.path,
              .scenario = from.scenario,
              .profile = from.profile,
              .seed = exploration_.seed};
  try {
    trial.outcome = scenario::run(trial.scenario, trial.profile, trial.seed,
                                  {.strategy = &*state_->strategy, .cut = exploration_.cut});
    judge(trial, exploration_.cut);
  } catch (const RunCut&) {
    throw;
  } catch (const std::exception& error) {
    trial.error = error.what();
  }
  if (!(state_->strategy->next(trial.outcome.history.hash()) && reach_own())) {
    close_subject();
    wind();
  }
  return trial;
}

/// Goes on to the next subject of which something is left for this explorer.
void Explorer::wind() {
  while (state_->subject < exploration_.subjects.size()) {
    state_->strategy.emplace(exploration_.bounds, number_, explorers);
    if (reach_own()) return;
    close_subject();
  }
}

/// Makes the runs of other explorers that lead to the next one of this explorer. False when there
/// is none.
bool Explorer::reach_own() {
  const Subject& subject = exploration_.subjects[state_->subject];
  sim::ExhaustiveStrategy& strategy = *state_->strategy;
  while (!strategy.counts()) {
    try {
      const Outcome other = scenario::run(subject.scenario, subject.profile, exploration_.seed,
                                          {.strategy = &strategy, .cut = exploration_.cut});
      if (!strategy.next(other.history.hash())) return false;
    } catch (const RunCut&) {
      throw;
    } catch (const std::exception&) {
      return false;  // the explorer whose run it is says what is wrong with it
    }
  }
  return true;
}

void Explorer::close_subject() {
  state_->certificates[state_->subject++] = state_->strategy->certificate();
  state_->strategy.reset();
}

}  // namespace castaway::scenario
