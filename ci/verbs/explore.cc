#include <chrono>
#include <filesystem>
#include <map>
#include <memory>
#include <random>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "campaign/exploration_report.h"
#include "campaign/jobs.h"
#include "campaign/regressions.h"
#include "campaign/selection.h"
#include "cli/files.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "verbs.h"

namespace castaway::ci {

namespace {

using std::chrono::steady_clock;

/// A sum is written when it has so many runs, or is so old.
constexpr std::uint64_t runs_in_a_sum = 500;
constexpr auto age_of_a_sum = std::chrono::milliseconds(500);

std::uint64_t fresh_seed() {
  std::random_device device;
  const std::uint64_t high = device();
  return (high << 32) ^ device();
}

scenario::Exploration exploration_of(const ExploreCommand& command) {
  scenario::Exploration exploration{.strategy = command.strategy,
                                    .bounds = command.bounds,
                                    .seed = command.seed ? *command.seed : fresh_seed(),
                                    .runs = command.runs};
  if (command.size) exploration.size = *command.size;
  if (command.profile) exploration.profiles = {*command.profile};
  if (command.generated) return exploration;
  const std::vector<Selected> selection = select(command.paths);
  for (const Item& item : items(selection, command.profile)) {
    exploration.subjects.push_back({.path = item.selected->path,
                                    .scenario = item.selected->scenario,
                                    .profile = item.profile});
    // A replay answers for itself, and there is nothing to explore.
    exploration.subjects.back().scenario.deviations.reset();
  }
  if (exploration.subjects.empty()) {
    throw InputError(ExitCode::selection,
                     fmt::format("castaway: nothing to explore in {}", listed(command.paths)));
  }
  return exploration;
}

/// What a job does: its explorers by turns, until they are at their end or somebody says so.
class Worker {
 public:
  Worker(const scenario::Exploration& exploration, const std::vector<std::uint64_t>& explorers,
         std::optional<steady_clock::time_point> until, JobOutput& output)
      : exploration_(exploration), until_(until), output_(output) {
    for (const std::uint64_t explorer : explorers)
      explorers_.push_back(std::make_unique<scenario::Explorer>(exploration, explorer));
  }

  void work() {
    for (bool more = true; more;) {
      more = false;
      for (const auto& explorer : explorers_) {
        const std::optional<std::uint64_t> number = explorer->next();
        if (!number) continue;
        if (is_over()) return finish();
        more = true;
        output_.at(*number);
        tally_.take(explorer->run());
        if (tally_.runs >= runs_in_a_sum || steady_clock::now() - since_ > age_of_a_sum) flush();
      }
    }
    finish();
  }

 private:
  [[nodiscard]] bool is_over() const {
    return interrupted() || (until_ && steady_clock::now() >= *until_);
  }

  void flush() {
    output_.say(to_json(tally_).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
    tally_.begin_again();
    since_ = steady_clock::now();
  }

  void finish() {
    for (const auto& explorer : explorers_) {
      Tally last;
      const std::vector<sim::Certificate> certificates = explorer->certificates();
      for (std::size_t i = 0; i < certificates.size(); ++i) {
        const scenario::Subject& subject = exploration_.subjects[i];
        last.certificates.emplace(fmt::format("{} in {}", subject.path, to_string(subject.profile)),
                                  certificates[i]);
      }
      tally_.add(std::move(last));
    }
    flush();
  }

  const scenario::Exploration& exploration_;
  std::optional<steady_clock::time_point> until_;
  JobOutput& output_;
  std::vector<std::unique_ptr<scenario::Explorer>> explorers_;
  Tally tally_;
  steady_clock::time_point since_ = steady_clock::now();
};

/// Adds up what the jobs say, keeps what they find, and says how far they are.
class Listener {
 public:
  Listener(const ExploreCommand& command, ExplorationFile& file, Console& console)
      : command_(command), file_(file), console_(console) {}

  void take(std::string_view line) {
    file_.add(line);
    Tally tally = tally_of(nlohmann::json::parse(line));
    std::vector<std::string> keys;
    for (const auto& [key, found] : tally.found) keys.push_back(key);
    tally_.add(std::move(tally));
    for (const std::string& key : keys) keep(key);
    if (console_.shows_progress()) console_.progress(progress());
  }

  void take(const std::vector<DeadJob>& dead) {
    for (const DeadJob& job : dead)
      tally_.faults.insert({job.at, "a job died", "it ended by " + job.how});
  }

  [[nodiscard]] bool wants_an_end() const { return command_.first && !tally_.found.empty(); }
  [[nodiscard]] const Tally& tally() const { return tally_; }
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(steady_clock::now() - start_).count();
  }

 private:
  /// The earliest run that shows it; a later line may know of an earlier one.
  void keep(const std::string& key) {
    const Found& found = tally_.found.at(key);
    std::string& kept = kept_[key];
    const std::string path = file_of(found, command_.out);
    if (kept == path) return;
    replace_file(path, found.file);
    std::error_code ignored;  // one file too many is no harm
    if (!kept.empty()) std::filesystem::remove(kept, ignored);
    kept = path;
  }

  [[nodiscard]] std::string progress() const {
    const Coverage coverage = coverage_of(tally_);
    return fmt::format(
        "{}, {} a second   {} of {} cells   {}", count(tally_.runs, "run"),
        grouped(static_cast<std::uint64_t>(static_cast<double>(tally_.runs) / seconds())),
        grouped(coverage.reached), grouped(coverage.all), count(tally_.found.size(), "finding"));
  }

  const ExploreCommand& command_;
  ExplorationFile& file_;
  Console& console_;
  Tally tally_;
  std::map<std::string, std::string> kept_;  ///< what was found, and its file
  steady_clock::time_point start_ = steady_clock::now();
};

std::string results_file(const ExploreCommand& command) {
  if (!command.results.empty()) return command.results;
  if (command.shard.of == 1) return command.out + "/explore.jsonl";
  return fmt::format("{}/explore-{}-of-{}.jsonl", command.out, command.shard.index + 1,
                     command.shard.of);
}

}  // namespace

ExitCode explore(const ExploreCommand& command, Console& console) {
  const scenario::Exploration exploration = exploration_of(command);
  const CampaignHead head = head_of(exploration, command.shard);
  const std::string results = results_file(command);
  ExplorationFile file(results, head);
  console.say(campaign_head(head) + '\n');

  watch_for_interrupts();
  ExitCode code = run_regressions(regressions_for(command.paths), command.profile, console);
  if (command.first && code == ExitCode::failed) {
    console.say(fmt::format("exit {}\n", static_cast<int>(code)));
    return code;
  }
  Listener listener(command, file, console);
  const std::uint64_t jobs = job_count(command.jobs, command.shard);
  const auto until = command.time ? std::optional(steady_clock::now() + *command.time)
                                  : std::optional<steady_clock::time_point>();
  listener.take(run_jobs(
      {.jobs = jobs,
       .work =
           [&](std::uint64_t job, JobOutput& output) {
             Worker(exploration, explorers_of(command.shard, job, jobs), until, output).work();
           },
       .line = [&](std::string_view line) { listener.take(line); },
       .stop = [&] { return interrupted() || listener.wants_an_end(); }}));

  const Tally& tally = listener.tally();
  code = worse(code, exit_code(head, tally));
  if (interrupted()) code = worse(code, ExitCode::interrupted);
  console.say(campaign_text(head, tally, command.out, command.verbose) +
              fmt::format("  {} in {:.1f} s; sums in {}\nexit {}\n", count(jobs, "job"),
                          listener.seconds(), shell_word(results), static_cast<int>(code)));
  return code;
}

}  // namespace castaway::ci
