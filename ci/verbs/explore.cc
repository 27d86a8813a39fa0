// explore: many runs, as unlike each other as can be, and each kind of failure once.

#include <algorithm>
#include <chrono>
#include <random>

#include <fmt/format.h>

#include "campaign/exploration_jobs.h"
#include "campaign/exploration_report.h"
#include "campaign/regressions.h"
#include "cli/shared_options.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "cli/usage_error.h"
#include "cli/verb.h"
#include "files/output_file.h"

namespace castaway::ci {

namespace {

using std::chrono::steady_clock;
using How = scenario::Explore::How;

/// Of generated scenarios: what is larger takes for ever.
constexpr std::uint64_t most_size = 1000;

std::uint64_t fresh_seed() {
  std::random_device device;
  const std::uint64_t high = device();
  return (high << 32) ^ device();
}

class Explore final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {
        .name = "explore",
        .summary =
            "Makes many runs, as unlike each other as can be, and keeps each kind of failure once.",
        .arguments = "SCENARIO...|--generated",
        .text =
            "Strategies say how a run's decisions are made. random: by chance. boundary: delays "
            "that end just before or after something is due. pct: some operations are slow, "
            "others quick. portfolio: these three by turns, random as often as the others "
            "together. exhaustive: every run within bounds, and a certificate when there are no "
            "more.\n\n"
            "Regressions run first: those in the folder regressions beside what is explored, or, "
            "of --generated, in scenarios/regressions. One that fails is an end for --first.\n\n"
            "What is found depends on the seed and on the number of runs, not on --jobs or "
            "--shard. A shard may also be given by the variables of GoogleTest "
            "(GTEST_TOTAL_SHARDS) or of a Slurm array. Each finding is a scenario that replay "
            "and shrink take. One run in twenty is made twice and compared. Ctrl-C ends after "
            "the runs in hand and says what is known.\n\n"
            "Coverage counts cells: a law had something to judge in a run in which a fault "
            "struck at a step of the protocol.",
        .examples = {
            {"castaway explore --generated --time 60s", "look for what nobody thought of"},
            {"castaway explore a.json --runs 5000 --jobs 4", "one scenario in many ways"},
            {"castaway explore a.json --strategy exhaustive --faults 2", "every run in bounds"},
            {"castaway explore --generated --runs 1000000 --seed 7 --shard 2/8",
             "a part of a campaign"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {scenarios_option("SCENARIO", &paths_),
            {"--generated", "scenarios made from seeds, a new one each run", &generated_},
            profile_option(&profile_, "strict, classic or strict+claims"),
            {"--strategy NAME",
             "random, boundary, pct, exhaustive, or portfolio, which is what it is if not given",
             &strategy_},
            runs_option(&runs_, "so many runs"),
            {"--time TIME", "for so long; 60s if neither is given", &time_},
            {"--first", "only until something is found", &first_},
            seed_option(&seed_, "a fresh one if not given"),
            {"--size N", "of generated scenarios, at most; 40 if not given", &size_},
            {"--faults N", "exhaustive: faults in a run; 2 if not given", &faults_},
            {"--orders N", "exhaustive: changes of order in a run; 1 if not given", &orders_},
            {"--all", "exhaustive: also runs that are known to be the same as others", &all_},
            jobs_option(&jobs_, "processes"),
            {"--shard I/N", "the I-th of N parts of the runs", &shard_text_},
            results_option(&results_, "what merge reads; in --out if not given"),
            out_option(&out_),
            verbose_option(&verbose_, "all that was never reached")};
  }

  void check_options() override {
    const bool exhausts = strategy_ == How::exhaustive;
    if (generated_ && !paths_.empty()) {
      throw UsageError(
          fmt::format("explore: --generated makes its own scenarios: leave out either it or {}",
                      listed(paths_)));
    }
    if (!generated_ && paths_.empty())
      throw UsageError("explore: what? Give scenarios, or else --generated");
    if (exhausts && generated_)
      throw UsageError(
          "explore: what is generated has no end: give --strategy exhaustive scenarios");
    if (!exhausts && (faults_ || orders_ || all_))
      throw UsageError("explore: --faults, --orders and --all are for --strategy exhaustive");
    if (!time_ && runs_ == 0 && !exhausts) time_ = 60s;
    shard_ = shard_text_.empty() ? shard_of_environment() : parse_shard(shard_text_);
    if (shard_.of > 1 && !seed_)
      throw UsageError("explore: the shards of a campaign have one seed: give --seed N");
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    InputProblems problems;
    const scenario::Exploration exploration = this->exploration(problems);
    const std::vector<Selected> regressions = regressions_for(paths_, problems);
    if (problems.any()) console.complain(problems.lines());
    if (exploration.subjects.empty() && !generated_) {
      if (problems.any()) return problems.code();
      throw InputError(ExitCode::selection,
                       fmt::format("castaway: nothing to explore in {}", listed(paths_)));
    }
    const CampaignHead head = head_of(exploration, shard_);
    const std::string results = results_file();
    const FolderLock alone(out_,
                           shard_.of == 1 ? FolderLock::Kind::alone : FolderLock::Kind::shared);
    ExplorationFile file(results, head);
    console.say(campaign_head(head) + '\n');

    watch_for_interrupts();
    ExitCode code = worse(problems.code(), run_regressions(regressions, profile_, console));
    if (first_ && code == ExitCode::failed) {
      console.say(fmt::format("exit {}\n", static_cast<int>(code)));
      return code;
    }
    ExplorationListener listener(out_, file, console);
    const std::uint64_t jobs = job_count(jobs_, shard_);
    explore(exploration, jobs, listener);

    const Tally& tally = listener.tally();
    code = worse(worse(code, listener.code()), exit_code(head, tally));
    if (interrupted()) code = worse(code, ExitCode::interrupted);
    console.say(campaign_text(head, tally, out_, verbose_) +
                (problems.any() ? wrap("  ", problems.in_short()) : "") +
                fmt::format("  {} in {:.1f} s; sums in {}\nexit {}\n", count(jobs, "job"),
                            listener.seconds(), shell_word(results), static_cast<int>(code)));
    return code;
  }

 private:
  [[nodiscard]] scenario::Exploration exploration(InputProblems& problems) const {
    scenario::Exploration exploration{.strategy = strategy_,
                                      .seed = seed_ ? *seed_ : fresh_seed(),
                                      .runs = runs_,
                                      .cut = interrupted};
    exploration.bounds.all = all_;
    if (faults_) exploration.bounds.faults = *faults_;
    if (orders_) exploration.bounds.orders = *orders_;
    if (size_) exploration.size = static_cast<std::uint32_t>(std::min(*size_, most_size));
    if (profile_) exploration.profiles = {*profile_};
    if (generated_) return exploration;
    const std::vector<Selected> selection = select(paths_, problems);
    for (const Item& item : items(selection, profile_)) {
      exploration.subjects.push_back({.path = item.selected->path,
                                      .scenario = item.selected->scenario,
                                      .profile = item.profile});
      // A replay answers for itself, and there is nothing to explore.
      exploration.subjects.back().scenario.deviations.reset();
    }
    return exploration;
  }

  [[nodiscard]] std::string results_file() const {
    if (!results_.empty()) return results_;
    if (shard_.of == 1) return out_ + "/explore.jsonl";
    return fmt::format("{}/explore-{}-of-{}.jsonl", out_, shard_.index + 1, shard_.of);
  }

  void explore(const scenario::Exploration& exploration, std::uint64_t jobs,
               ExplorationListener& listener) const {
    const auto until = time_ ? std::optional(steady_clock::now() + *time_)
                             : std::optional<steady_clock::time_point>();
    listener.take(run_jobs({.jobs = jobs,
                            .work =
                                [&](std::uint64_t job, JobOutput& output) {
                                  ExplorationWorker(exploration, explorers_of(shard_, job, jobs),
                                                    until, output)
                                      .work();
                                },
                            .line = [&](std::string_view line) { listener.take(line); },
                            .stop =
                                [&] {
                                  return interrupted() || listener.code() != ExitCode::fine ||
                                         (first_ && !listener.tally().found.empty());
                                }}));
  }

  std::vector<std::string> paths_;
  bool generated_ = false;
  std::optional<scenario::SubjectProfile> profile_;
  How strategy_ = How::portfolio;
  std::uint64_t runs_ = 0;  ///< of all shards; no end if 0
  std::optional<Duration> time_;
  bool first_ = false;                 ///< ends at the first finding
  std::optional<std::uint64_t> seed_;  ///< a fresh one if none
  std::optional<std::uint64_t> size_, faults_, orders_;
  bool all_ = false;
  std::uint64_t jobs_ = 0;
  std::string shard_text_;
  Shard shard_;
  std::string results_;  ///< a file for JSON lines; one in `out_` if empty
  std::string out_{default_out};
  bool verbose_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_explore() { return std::make_unique<Explore>(); }

}  // namespace castaway::ci
