// replay: one run again, and whether it still fails.

#include <fmt/format.h>

#include "castaway/scenario/json.h"

#include "cli/files.h"
#include "cli/shared_options.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "cli/usage_error.h"
#include "cli/verb.h"
#include "cli/version.h"
#include "files/output_file.h"
#include "report/argument.h"
#include "report/comparison.h"
#include "report/finding.h"
#include "report/report.h"
#include "report/timeline.h"

namespace castaway::ci {

namespace {

using scenario::Scenario;
using scenario::SubjectProfile;

Scenario read_finding(const std::string& path) {
  try {
    Scenario scenario = scenario::parse(read_file(path), path);
    if (scenario.deviations || scenario.finding) return scenario;
  } catch (const scenario::ScenarioError& error) {
    throw InputError(ExitCode::bad_input, error.what());
  }
  throw InputError(
      ExitCode::bad_input,
      path + ": there is nothing to replay: it has no deviations; castaway run runs it");
}

SubjectProfile profile_of(const Scenario& scenario, const std::optional<Finding>& finding) {
  for (const SubjectProfile profile : scenario::every_profile) {
    if (finding && finding->profile == to_string(profile)) return profile;
  }
  return scenario.profiles.front();
}

/// What is said of a result, and how the program ends.
struct Word {
  std::string text = {};
  ExitCode code = ExitCode::fine;
};

Word word(const std::optional<Finding>& finding, const ItemResult& result, bool lenient) {
  const scenario::Outcome& outcome = result.report.shown;
  const std::vector<LostDecision> lost = lost_decisions(result.item.selected->scenario, outcome);
  const std::string about_lost = lost.empty() ? "" : '\n' + in_words(lost, lenient);
  if (!lost.empty() && !lenient) return {about_lost, ExitCode::undecided};
  if (!finding) return {about_lost, exit_code(result.mark)};
  const Comparison comparison = compare(*finding, result);
  std::string text = about_lost + '\n' + in_words(comparison, *finding, outcome.history);
  if (finding->version != version())
    text += wrap("", fmt::format("It was found by castaway {}.", finding->version));
  return {std::move(text), exit_code(comparison)};
}

class Replay final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {
        .name = "replay",
        .summary = "Runs a finding again and says whether it still fails: same, different or gone.",
        .arguments = "FILE",
        .text =
            "A scenario with deviations but no finding is run and judged as it is.\n\n"
            "Where the run is no longer the very same, the first event that differs is shown, "
            "and what led to it. A decision of the file that the run does not ask, or that has "
            "fewer answers now, makes it different: it is another run. With --lenient the run "
            "is judged without.\n\n"
            "Exit codes: 1 same, the failure is still there; 2 different, it is gone but "
            "another property fails, or it is another run, or the scenario has become vacuous; "
            "0 gone, everything holds.",
        .examples = {
            {"castaway replay castaway-out/a.strict.json", "does it still fail?"},
            {"castaway replay castaway-out/a.strict.json --timeline", "what happens in it?"},
            {"castaway replay old.json --lenient", "found by an older version"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {{"FILE", "a finding", &files_},
            history_option(&history_, "the run's"),
            {"--lenient", "go without decisions that are no longer asked", &lenient_},
            timeline_option(&timeline_, "the run"),
            verbose_option(&verbose_, "all properties, rules and deviations")};
  }

  void check_options() override {
    if (files_.size() != 1) throw UsageError("replay: one finding at a time, please");
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    const std::string& path = files_.front();
    const Selected selected{.path = path, .named = true, .scenario = read_finding(path)};
    const std::optional<Finding> finding = finding_of(selected.scenario);
    const std::vector<Item> items = {{&selected, profile_of(selected.scenario, finding)}};
    std::optional<HistoryFile> history_file;
    if (!history_.empty()) history_file.emplace(history_);

    watch_for_interrupts();
    ExitCode code = ExitCode::fine;
    run_all(items, {.run = {.runs = 1}, .jobs = 1}, console, [&](const ItemResult& result) {
      const check::History& history = result.report.shown.history;
      console.say(head(items) + '\n' + introduction(selected.scenario) + '\n' +
                  detail(result, {}, verbose_));
      if (timeline_)
        console.say('\n' + timeline(history, pointed_at(broken_in(result)), console.columns()));
      if (result.mark == Mark::unfit) console.complain(result.fault);
      code = ci::exit_code(result.mark);
      if (result.mark != Mark::broken && result.mark != Mark::unfit &&
          result.mark != Mark::interrupted) {
        const Word said = word(finding, result, lenient_);
        console.say(said.text);
        code = said.code;
      }
      if (history_file) code = worse(code, written(console, [&] { history_file->write(history); }));
    });
    console.say(fmt::format("exit {}\n", static_cast<int>(code)));
    return code;
  }

 private:
  std::vector<std::string> files_;
  std::string history_;
  bool lenient_ = false;  ///< goes without decisions that are no longer asked
  bool timeline_ = false;
  bool verbose_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_replay() { return std::make_unique<Replay>(); }

}  // namespace castaway::ci
