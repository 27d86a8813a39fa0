// run: runs scenarios and judges what happened.

#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "campaign/regressions.h"
#include "cli/shared_options.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "cli/usage_error.h"
#include "cli/verb.h"
#include "real_brokers/run_across.h"
#include "report/result_printer.h"

namespace castaway::ci {

namespace {

class Run final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {
        .name = "run",
        .summary = "Runs scenarios and judges what happened.",
        .arguments = "PATH...",
        .text =
            "A scenario runs in each profile that it lists. With --profile it runs in that one "
            "alone, and what a folder has for other profiles is left out; a file that is named "
            "itself always runs.\n\n"
            "One letter stands for a scenario in a profile: . pass, x expected failure (the "
            "profile is known to break what was broken), F fail, v vacuous (a fault never fired, "
            "or a law judged nothing), s stale (an expected failure did not come), i interrupted, "
            "? unfit (a finding that is no sound scenario), ! our own fault.\n\n"
            "Regressions come first: a folder called regressions in the folder that is run, or in "
            "the nearest one above it that is called scenarios. With --timeline, --history or "
            "--transport there are only those that the paths name.\n\n"
            "--results writes a JSON object a line, for other programs: scenario, path, profile, "
            "cases, result, what was broken, reasons, seed, runs, hash.\n\n"
            "With --transport a scenario is run in real time over a real broker as well, and one "
            "table shows both. Faults are put before the broker; what cannot be done or seen "
            "there is not applicable (-), with the reason. Random scenarios run 3 times at most "
            "there, unless --runs says otherwise; --jobs is then how many run at once, 4 if not "
            "given. If a broker cannot be reached, nothing is run, and the exit code is 69.\n\n"
            "A failure is kept as a file that replays it. Ctrl-C cuts the run in hand and "
            "prints what is known.",
        .examples = {
            {"castaway run scenarios", "everything below a folder"},
            {"castaway run scenarios/examples/amo --profile classic",
             "one section, in one profile"},
            {"castaway run a.json --timeline", "one scenario, and a drawing of it"},
            {"castaway run a.json --runs 5000 --seed 7 -v", "more runs, from another seed"},
            {"castaway run scenarios/examples/amo --transport nats://localhost",
             "over a real broker"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {scenarios_option("PATH", &paths_),
            profile_option(&profile_, "only in this profile: strict, classic or strict+claims"),
            seed_option(&seed_, "another seed than the scenario's"),
            runs_option(&runs_, "another number of runs than the scenario's"),
            jobs_option(&jobs_, "scenarios at once"),
            history_option(&print_.history, "the shown run's"),
            results_option(&print_.results, "write what came of each scenario to this file"),
            out_option(&print_.out),
            {"--transport URL",
             "in real time over this broker, too: rabbit://... or nats://...; again for more",
             &transports_},
            {"--patience TIME", "with --transport: what takes longer is not run; 20s if not given",
             &patience_},
            timeline_option(&print_.timeline, "the shown run"),
            verbose_option(&print_.verbose, "all properties, rules and deviations"),
            {"-q,--quiet", "nothing about what passed or failed as expected", &print_.quiet}};
  }

  void check_options() override {
    if (paths_.empty()) throw UsageError("run: which scenario? Give a file or a folder");
    if (print_.quiet && print_.verbose)
      throw UsageError("run: --quiet and --verbose exclude each other");
    if (transports_.empty() && patience_)
      throw UsageError("run: --patience is for runs in real time; give a --transport");
    if (!transports_.empty() && wants_one_run())
      throw UsageError("run: --timeline and --history show a simulation; not with --transport");
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    const auto start = std::chrono::steady_clock::now();
    // Who asks for a drawing or a history of one scenario, or for a real broker, gets no others.
    InputProblems problems;
    const std::vector<Selected> selection =
        select_regressions_first(paths_, !wants_one_run() && transports_.empty(), problems);
    const std::vector<Item> selected = items(selection, profile_);
    if (problems.any()) console.complain(problems.lines());
    if (selected.empty() && problems.any()) return problems.code();
    if (selected.empty()) {
      console.complain("castaway: nothing to run: " + why_nothing(selection));
      return ExitCode::selection;
    }
    require_sense(selection, selected);
    const scenario::RunOptions options{
        .seed = seed_.value_or(0), .has_seed = seed_.has_value(), .runs = runs_};
    if (!transports_.empty()) {
      return run_across(selected, transports_,
                        {.simulated = {.run = options},
                         .across = {.patience = patience_.value_or(20s), .runs = runs_},
                         .jobs = jobs_},
                        print_.results, problems, console);
    }
    watch_for_interrupts();
    ResultPrinter printer(print_, head(selected, seed_), selection, selected, console);
    run_all(selected, {.run = options, .jobs = jobs_}, console,
            [&](const ItemResult& result) { printer.take(result); });
    const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
    return printer.finish(took.count(), problems);
  }

 private:
  [[nodiscard]] bool wants_one_run() const { return print_.timeline || !print_.history.empty(); }

  [[nodiscard]] std::string why_nothing(const std::vector<Selected>& selection) const {
    if (selection.empty()) return "there is no scenario in " + listed(paths_);
    return fmt::format("no scenario in {} lists profile {}", listed(paths_), to_string(*profile_));
  }

  /// Everything about the command line that the selection alone can tell to be wrong.
  void require_sense(const std::vector<Selected>& selection, const std::vector<Item>& items) const {
    if (print_.timeline && selection.size() > 1) {
      throw UsageError(
          fmt::format("run: --timeline draws one scenario, and {} are selected", selection.size()));
    }
    if (print_.history.empty()) return;
    if (items.size() > 1) {
      throw UsageError(
          fmt::format("run: --history takes one scenario in one profile, and {} are selected{}",
                      items.size(), selection.size() == 1 ? "; choose one with --profile" : ""));
    }
    std::error_code error;
    if (std::filesystem::equivalent(print_.history, selection.front().path, error))
      throw UsageError("run: --history would overwrite the scenario itself");
  }

  std::vector<std::string> paths_;
  std::optional<scenario::SubjectProfile> profile_;
  std::optional<std::uint64_t> seed_;
  std::uint64_t runs_ = 0;  ///< each scenario's own number if 0
  std::uint64_t jobs_ = 0;
  PrintSettings print_ = {.out = std::string(default_out)};
  std::vector<std::string> transports_;  ///< URLs of real brokers
  std::optional<Duration> patience_;
};

}  // namespace

std::unique_ptr<Verb> make_run() { return std::make_unique<Run>(); }

}  // namespace castaway::ci
