#include <fmt/format.h>

#include "castaway/scenario/json.h"

#include "argument.h"
#include "files.h"
#include "finding.h"
#include "report.h"
#include "signals.h"
#include "text.h"
#include "timeline.h"
#include "verbs.h"

namespace castaway::ci {

namespace {

using scenario::Profile;
using scenario::Scenario;

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

Profile profile_of(const Scenario& scenario, const std::optional<Finding>& finding) {
  for (const Profile profile : scenario::every_profile) {
    if (finding && finding->profile == to_string(profile)) return profile;
  }
  return scenario.profiles.front();
}

enum class Comparison { same, different, gone, undecided };

Comparison compare(const Finding& finding, const ItemResult& result,
                   const std::vector<Broken>& broken) {
  for (const Broken& one : broken) {
    if (one.property == finding.property) return Comparison::same;
  }
  if (result.mark == Mark::fail) return Comparison::different;
  return result.mark == Mark::vacuous ? Comparison::undecided : Comparison::gone;
}

std::string in_words(Comparison comparison, const Finding& finding, const std::string& hash) {
  switch (comparison) {
    case Comparison::same:
      return fmt::format("{}: {} is still broken, {}", styled(Style::red, "same"), finding.property,
                         hash == finding.hash
                             ? "in the very same run"
                             : fmt::format("in a run that differs: its hash was {}", finding.hash));
    case Comparison::different:
      return fmt::format("{}: {} is no longer broken, but something else is",
                         styled(Style::red, "different"), finding.property);
    case Comparison::undecided:
      return fmt::format("{}: {} is no longer broken, but the scenario has become vacuous",
                         styled(Style::yellow, "gone"), finding.property);
    case Comparison::gone:
      break;
  }
  return fmt::format("{}: {} is no longer broken", styled(Style::green, "gone"), finding.property);
}

ExitCode exit_code(Comparison comparison) {
  return comparison == Comparison::same   ? ExitCode::failed
         : comparison == Comparison::gone ? ExitCode::fine
                                          : ExitCode::undecided;
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
    if (finding && result.mark != Mark::broken && result.mark != Mark::interrupted) {
      const Comparison comparison = compare(*finding, result, broken);
      console.say('\n' + wrap("", in_words(comparison, *finding, hex(history.hash()))));
      if (finding->version != version()) {
        console.say(wrap("", fmt::format("It was found by castaway {}.", finding->version)));
      }
      code = exit_code(comparison);
    }
    if (history_file) history_file->write(history);
  });
  console.say(fmt::format("exit {}\n", static_cast<int>(code)));
  return code;
}

}  // namespace castaway::ci
