#include "exploration_jobs.h"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/console.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "exploration_report.h"
#include "files/output_file.h"

namespace castaway::ci {

namespace {

using std::chrono::steady_clock;

/// A sum is written when it has so many runs, or is so old.
constexpr std::uint64_t runs_in_a_sum = 500;
constexpr auto age_of_a_sum = std::chrono::milliseconds(500);

}  // namespace

ExplorationWorker::ExplorationWorker(const scenario::Exploration& exploration,
                                     const std::vector<std::uint64_t>& explorers,
                                     std::optional<Time> until, JobOutput& output)
    : exploration_(exploration), until_(until), output_(output) {
  for (const std::uint64_t explorer : explorers)
    explorers_.push_back(std::make_unique<scenario::Explorer>(exploration, explorer));
}

void ExplorationWorker::work() {
  for (bool more = true; more;) {
    more = false;
    for (const auto& explorer : explorers_) {
      const std::optional<std::uint64_t> number = explorer->next();
      if (!number) continue;
      if (is_over()) return finish();
      more = true;
      output_.at(*number);
      try {
        tally_.take(explorer->run());
      } catch (const scenario::RunCut&) {
        return finish();
      }
      if (tally_.runs >= runs_in_a_sum || steady_clock::now() - since_ > age_of_a_sum) flush();
    }
  }
  finish();
}

bool ExplorationWorker::is_over() const {
  return interrupted() || (until_ && steady_clock::now() >= *until_);
}

void ExplorationWorker::flush() {
  output_.say(to_json(tally_).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
  tally_.begin_again();
  since_ = steady_clock::now();
}

void ExplorationWorker::finish() {
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

ExplorationListener::ExplorationListener(std::string out, ExplorationFile& file, Console& console)
    : out_(std::move(out)), file_(file), console_(console) {}

void ExplorationListener::take(std::string_view line) {
  code_ = worse(code_, written(console_, [&] { file_.add(line); }));
  Tally tally = tally_of(nlohmann::json::parse(line));
  std::vector<std::string> keys;
  for (const auto& [key, found] : tally.found) keys.push_back(key);
  tally_.add(std::move(tally));
  code_ = worse(code_, written(console_, [&] {
                  for (const std::string& key : keys) keep(key);
                }));
  if (console_.shows_progress()) console_.progress(progress());
}

void ExplorationListener::take(const std::vector<DeadJob>& dead) {
  for (const DeadJob& job : dead)
    tally_.faults.insert({job.at, "a job died", "it ended by " + job.how});
}

double ExplorationListener::seconds() const {
  return std::chrono::duration<double>(steady_clock::now() - start_).count();
}

/// The earliest run that shows it; a later line may know of an earlier one.
void ExplorationListener::keep(const std::string& key) {
  const Found& found = tally_.found.at(key);
  std::string& kept = kept_[key];
  const std::string path = file_of(found, out_);
  if (kept == path) return;
  replace_file(path, found.file);
  std::error_code ignored;  // one file too many is no harm
  if (!kept.empty()) std::filesystem::remove(kept, ignored);
  kept = path;
}

std::string ExplorationListener::progress() const {
  const Coverage coverage = coverage_of(tally_);
  return fmt::format(
      "{}, {} a second   {} of {} cells   {}", count(tally_.runs, "run"),
      grouped(static_cast<std::uint64_t>(static_cast<double>(tally_.runs) / seconds())),
      grouped(coverage.reached), grouped(coverage.all), count(tally_.found.size(), "finding"));
}

}  // namespace castaway::ci
