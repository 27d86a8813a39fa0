// All the runs of a scenario in one profile, and what they come to.

#include <algorithm>
#include <optional>
#include <set>
#include <utility>

#include "castaway/check/laws.h"
#include "castaway/scenario/run.h"

#include "proof.h"
#include "strategist.h"

namespace castaway::scenario {
namespace {

/// Of an exhaustive exploration that does not say how many.
constexpr std::uint64_t most_runs = 1'000'000;

bool is_goal_law(const Property& property) {
  const auto* law = std::get_if<LawProp>(&property.what);
  const check::Law* found = law != nullptr ? check::find_law(law->name) : nullptr;
  return found != nullptr && found->goal;
}

std::string in_words(const sim::ExhaustiveBounds& bounds) {
  return "with at most " + std::to_string(bounds.faults) + " faults and " +
         std::to_string(bounds.orders) + " changes of order";
}

/// Everything that is asked of all runs together, collected run by run.
class Exploration {
 public:
  Exploration(const Scenario& scenario, SubjectProfile profile, const RunOptions& options)
      : scenario_(scenario), options_(options), proof_(scenario, profile) {
    report_.scenario = scenario.name;
    report_.profile = profile;
    if (const auto known = scenario.expect.violated.find(std::string(to_string(profile)));
        known != scenario.expect.violated.end()) {
      expected_.insert(known->second.begin(), known->second.end());
    }
    seed_ = options.has_seed ? options.seed : scenario.seed;
    const bool replay =
        scenario.deviations.has_value() || scenario.explore.strategy == Explore::How::single;
    planned_ = options.runs != 0 ? options.runs : replay ? 1 : scenario.explore.runs;
    if (scenario.deviations) planned_ = 1;
    if (scenario.explore.strategy == Explore::How::exhaustive && !scenario.deviations &&
        !options.run) {
      odometer_.emplace(scenario.explore.bounds);
      if (planned_ == 1) planned_ = most_runs;
    }
  }

  Report run() {
    for (std::uint64_t n = 0; n < planned_ && !finished(); ++n) {
      try {
        if (options_.cut && options_.cut()) throw RunCut();
        make(n);
      } catch (const RunCut&) {
        report_.interrupted = true;
        break;
      }
      if (options_.progress) options_.progress(n + 1, planned_);
      if (odometer_ && !odometer_->next(last_)) break;
    }
    conclude();
    return std::move(report_);
  }

 private:
  void make(std::uint64_t n) {
    if (options_.run) {
      const std::uint64_t seed = seed_of_run(seed_, n);
      return take(seed, options_.run(scenario_, report_.profile, seed));
    }
    // All runs within bounds are of one seed: it draws nothing but ids.
    const std::uint64_t seed = odometer_ ? seed_ : seed_of_run(seed_, n);
    const auto made = make_strategy(whose_turn(scenario_.explore.strategy, seed), seed);
    sim::Strategy& strategy = odometer_ ? *odometer_ : *made;
    Outcome outcome = scenario::run(scenario_, report_.profile, seed,
                                    {.strategy = &strategy, .cut = options_.cut});

    last_ = outcome.history.hash();
    take(seed, std::move(outcome));
  }

  [[nodiscard]] bool finished() const {
    if (failed_)
      return scenario_.explore.stop == Explore::Stop::first_failure ||
             scenario_.explore.stop == Explore::Stop::all_reached;
    if (scenario_.explore.stop != Explore::Stop::all_reached || report_.runs == 0) return false;
    return report_.reached.size() == scenario_.expect.reachable.size() &&
           missing_expected().empty() && proof_.unfired().empty();
  }

  [[nodiscard]] bool is_reached(const Property& goal) const {
    return std::any_of(report_.reached.begin(), report_.reached.end(),
                       [&](const auto& reached) { return reached.first == name_of(goal); });
  }

  void take(std::uint64_t seed, Outcome outcome) {
    ++report_.runs;
    report_.events += outcome.events;
    hashes_.insert(outcome.history.hash());
    std::vector<Finding> broken;
    bool unexpected = false;
    std::vector<Finding> findings = judge(scenario_, outcome);
    for (const Property& property : scenario_.expect.always) {
      if (const auto* again = std::get_if<AgainProp>(&property.what))
        findings.push_back({property.id, judge_again(scenario_, report_.profile, seed, outcome,
                                                     *again, options_.cut)});
      if (const auto* shrunk = std::get_if<ShrunkProp>(&property.what))
        findings.push_back({property.id, judge_shrunk(scenario_, report_.profile, seed, outcome,
                                                      *shrunk, options_.cut)});
    }
    for (const Finding& finding : findings) {
      if (!finding.verdict.violated()) continue;
      const bool known = expected_.contains(finding.property);
      unexpected = unexpected || !known;
      if (known) broken_.insert(finding.property);
      broken.push_back(finding);
    }
    proof_.take(outcome, findings, !broken.empty());
    look_for_goals(seed, outcome);
    show(seed, std::move(outcome), std::move(broken), unexpected);
  }

  void look_for_goals(std::uint64_t seed, const Outcome& outcome) {
    for (const Property& goal : scenario_.expect.reachable) {
      if (is_reached(goal)) continue;
      const check::Verdict verdict = judge(goal, outcome.history);
      const bool reached = is_goal_law(goal) ? verdict.violated() : verdict.holds();
      if (reached) report_.reached.emplace_back(name_of(goal), seed);
    }
  }

  /// Keeps the run that says most: the first that fails, else the first that fails as expected,
  /// else the latest.
  void show(std::uint64_t seed, Outcome outcome, std::vector<Finding> broken, bool unexpected) {
    if (failed_ || (!unexpected && shows_expected_)) return;
    failed_ = unexpected;
    shows_expected_ = !unexpected && !broken.empty();
    report_.seed = seed;
    report_.shown = std::move(outcome);
    report_.findings = std::move(broken);
  }

  [[nodiscard]] std::vector<std::string> missing_expected() const {
    std::vector<std::string> missing;
    std::set_difference(expected_.begin(), expected_.end(), broken_.begin(), broken_.end(),
                        std::back_inserter(missing));
    return missing;
  }

  void conclude() {
    report_.distinct = hashes_.size();
    report_.reasons = proof_.gaps(broken_);
    if (odometer_) report_.certificate = odometer_->certificate();
    const bool exhausted = odometer_ && report_.certificate->finished;
    if (odometer_ && !exhausted && !failed_)
      report_.reasons.push_back("there are more runs " + in_words(scenario_.explore.bounds) +
                                " than the " + std::to_string(report_.runs) + " that were made");
    const bool vacuous = !report_.reasons.empty();
    const bool unfinished = !proof_.unfinished().empty();
    if (unfinished) report_.reasons.push_back(proof_.unfinished());
    bool unreached = false;
    for (const Property& goal : scenario_.expect.reachable) {
      if (is_reached(goal)) continue;
      unreached = true;
      const std::uint64_t not_made = exhausted ? report_.certificate->same : 0;
      const std::string runs = std::to_string(report_.runs + not_made) + " runs";
      report_.reasons.push_back(
          exhausted ? name_of(goal) + " is unreachable: it is in none of the " + runs +
                          " that there are " + in_words(scenario_.explore.bounds)
                    : name_of(goal) + " was not reached in " + runs);
    }
    const std::vector<std::string> missing = missing_expected();
    for (const std::string& property : missing) {
      report_.reasons.push_back(property + " was expected to be violated in profile " +
                                std::string(to_string(report_.profile)) + ", and was not");
    }
    report_.result = failed_ || (unreached && !report_.interrupted) ? Result::fail
                     : !missing.empty()                             ? Result::stale
                     : vacuous                                      ? Result::vacuous
                     : unfinished                                   ? Result::inconclusive
                     : !expected_.empty()                           ? Result::expected_fail
                                                                    : Result::pass;
  }

  const Scenario& scenario_;
  const RunOptions& options_;
  Report report_;
  std::uint64_t seed_ = 0;
  std::uint64_t planned_ = 1;
  std::set<std::string> expected_;
  std::set<std::string> broken_;  ///< of the expected ones
  Proof proof_;
  std::set<std::uint64_t> hashes_;

  std::optional<sim::ExhaustiveStrategy> odometer_;
  std::uint64_t last_ = 0;  ///< hash of the last run
  bool failed_ = false;
  bool shows_expected_ = false;
};

}  // namespace

Report explore(const Scenario& scenario, SubjectProfile profile, const RunOptions& options) {
  return Exploration(scenario, profile, options).run();
}

std::string_view to_string(Result result) {
  switch (result) {
    case Result::pass:
      return "pass";
    case Result::fail:
      return "fail";
    case Result::expected_fail:
      return "expected failure";
    case Result::stale:
      return "stale";
    case Result::vacuous:
      return "vacuous";
    case Result::inconclusive:
      return "inconclusive";
  }
  return "";
}

}  // namespace castaway::scenario
