// What the process does that has a mutant in it: runs until something notices, and makes that
// small.

#include <atomic>
#include <chrono>
#include <ctime>
#include <memory>

#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "castaway/scenario/explorer.h"
#include "castaway/scenario/shrink.h"

#include "campaign/campaign.h"
#include "campaign/jobs.h"
#include "cli/files.h"
#include "mutant_process.h"

namespace castaway::ci {

namespace {

using std::chrono::steady_clock;

constexpr auto between_words = std::chrono::milliseconds(100);
/// For making what was found small.
constexpr std::uint64_t shrink_runs = 1'000;
constexpr auto shrink_time = std::chrono::seconds(5);
constexpr std::array profiles = {scenario::SubjectProfile::strict,
                                 scenario::SubjectProfile::strict_claims,
                                 scenario::SubjectProfile::classic};

/// Whether its scenario passes without a mutant: what classic is known to fail proves nothing.
bool proves_something(const Item& item) {
  return !item.selected->scenario.expect.violated.contains(std::string(to_string(item.profile)));
}

double cpu_now() {
  timespec time{};
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time);
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec) / 1e9;
}

/// A failing run, as a replay.
struct Failing {
  scenario::Scenario scenario = {};
  scenario::SubjectProfile profile = scenario::SubjectProfile::strict;
  std::string property = {};
};

class Alive {
 public:
  explicit Alive(const Challenge& challenge) : challenge_(challenge) {}

  void put_to_generated() {
    const scenario::Exploration exploration = exploration_of(challenge_);
    std::vector<std::unique_ptr<scenario::Explorer>> explorers;
    for (std::uint64_t explorer = 0; explorer < scenario::explorers; ++explorer)
      explorers.push_back(std::make_unique<scenario::Explorer>(exploration, explorer));
    begin();
    // One run of each explorer after the other is run after run.
    for (std::uint64_t n = 0; steady_clock::now() - start_ < challenge_.time; ++n) {
      scenario::Explorer& explorer = *explorers[n % scenario::explorers];
      if (!explorer.next()) break;
      encounter_.runs = n + 1;
      if (notices(explorer.run())) return say_killed();
      say_at(encounter_.runs);
    }
    say();
  }

  void put_to_catalogue() {
    InputProblems problems;
    const std::vector<Selected> selection = select(
        challenge_.paths.empty() ? std::vector<std::string>{catalogue_folder()} : challenge_.paths,
        problems);
    // Without one of its scenarios a mutant may seem to survive.
    if (problems.any()) throw InputError(problems.code(), problems.lines());
    begin();
    for (const scenario::SubjectProfile profile : profiles) {
      for (const Item& item : items(selection, profile)) {
        if (!proves_something(item)) continue;
        ++encounter_.runs;
        if (notices(item)) return say_killed();
        say_at(encounter_.runs);
      }
    }
    say();
  }

 private:
  void begin() {
    encounter_.with = name_of(challenge_);
    start_ = steady_clock::now();
    cpu_ = cpu_now();
  }

  bool notices(const scenario::Trial& trial) {
    if (!trial.error.empty()) {
      encounter_.law = "a run throws";
      return true;
    }
    if (trial.repeated && trial.again.violated()) {
      encounter_.law = "again";
      return true;
    }
    if (trial.breaches.empty()) return false;
    encounter_.law = trial.breaches.front().signature.property;
    failing_ = {trial.scenario, trial.profile, encounter_.law};
    failing_->scenario.seed = trial.seed;
    failing_->scenario.deviations = trial.outcome.deviations;
    return true;
  }

  bool notices(const Item& item) {
    const scenario::Scenario& tried = item.selected->scenario;
    scenario::Report report;
    try {
      report = scenario::explore(
          tried, item.profile,
          {.progress = [&](std::uint64_t, std::uint64_t) { say_at(encounter_.runs); }});
    } catch (const std::exception&) {
      encounter_.law = "a run throws";
    }
    if (encounter_.law.empty() && (report.result == scenario::Result::pass ||
                                   report.result == scenario::Result::expected_fail))
      return false;
    encounter_.scenario = tried.name;
    encounter_.cases = tried.cases;
    if (!encounter_.law.empty()) return true;
    if (report.result != scenario::Result::fail || report.findings.empty()) {
      encounter_.law = std::string(to_string(report.result));
      return true;
    }
    encounter_.law = report.findings.front().property;
    failing_ = {tried, item.profile, encounter_.law};
    failing_->scenario.seed = report.seed;
    failing_->scenario.deviations = report.shown.deviations;
    return true;
  }

  void say_killed() {
    encounter_.killed = true;
    say();
    if (!failing_) return;
    encounter_.size = smallest_scope();
    if (encounter_.size) output_.say(to_json(encounter_).dump());
  }

  /// Nothing where a replay does not fail, or its property is no single run's.
  std::optional<SmallestScope> smallest_scope() {
    const auto& always = failing_->scenario.expect.always;
    const auto property = std::ranges::find(
        always, failing_->property, [](const scenario::Property& one) { return name_of(one); });
    if (property == always.end()) return std::nullopt;
    const auto until = steady_clock::now() + shrink_time;
    std::optional<scenario::Shrunk> shrunk;
    try {
      shrunk =
          scenario::shrink(failing_->scenario, failing_->profile, *property,
                           {.budget = shrink_runs,
                            .cut = [&] { return steady_clock::now() > until; },
                            .progress = [&](std::string_view, std::uint64_t,
                                            const scenario::Size&) { say_at(encounter_.runs); }});
    } catch (const std::exception&) {
      return std::nullopt;  // the mutant is in the shrinker, too
    }
    if (!shrunk) return std::nullopt;
    return SmallestScope{.operations = shrunk->after.operations,
                         .faults = shrunk->after.rules,
                         .deviations = shrunk->after.deviations,
                         .minimal = shrunk->minimal};
  }

  /// With what it took so far.
  void say() {
    encounter_.seconds = std::chrono::duration<double>(steady_clock::now() - start_).count();
    encounter_.cpu = cpu_now() - cpu_;
    output_.say(to_json(encounter_).dump());
  }

  void say_at(std::uint64_t number) {
    const auto now = steady_clock::now();
    if (now - said_ < between_words) return;
    said_ = now;
    output_.say(nlohmann::json{{"at", number}}.dump());
  }

  const Challenge& challenge_;
  std::uint64_t at_ = 0;
  JobOutput output_{STDOUT_FILENO, at_};
  steady_clock::time_point start_ = {};
  steady_clock::time_point said_ = {};
  double cpu_ = 0;
  Encounter encounter_ = {};
  std::optional<Failing> failing_ = {};
};

}  // namespace

void be_met(const Challenge& challenge) {
  Alive alive(challenge);
  if (!challenge.strategy) return alive.put_to_catalogue();
  alive.put_to_generated();
}

}  // namespace castaway::ci
