#include <fmt/format.h>

#include "castaway/scenario/json.h"

#include "cli/files.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "report/argument.h"
#include "report/comparison.h"
#include "report/finding.h"
#include "report/report.h"
#include "report/timeline.h"
#include "verbs.h"

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

}  // namespace

ExitCode replay(const ReplayCommand& command, Console& console) {
  const Selected selected{
      .path = command.file, .named = true, .scenario = read_finding(command.file)};
  const std::optional<Finding> finding = finding_of(selected.scenario);
  const std::vector<Item> items = {{&selected, profile_of(selected.scenario, finding)}};
  std::optional<HistoryFile> history_file;
  if (!command.history.empty()) history_file.emplace(command.history);

  watch_for_interrupts();
  ExitCode code = ExitCode::fine;
  run_all(items, {.run = {.runs = 1}, .jobs = 1}, console, [&](const ItemResult& result) {
    const check::History& history = result.report.shown.history;
    const std::vector<Broken> broken = broken_in(result);
    console.say(head({}, items) + '\n' + introduction(selected.scenario) + '\n' +
                detail(result, {}, command.verbose));
    if (command.timeline) console.say('\n' + timeline(history, pointed_at(broken)));
    code = ci::exit_code(result.mark);
    if (result.mark != Mark::broken && result.mark != Mark::interrupted) {
      const Word said = word(finding, result, command.lenient);
      console.say(said.text);
      code = said.code;
    }
    if (history_file) history_file->write(history);
  });
  console.say(fmt::format("exit {}\n", static_cast<int>(code)));
  return code;
}

}  // namespace castaway::ci
