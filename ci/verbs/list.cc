#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "castaway/scenario/cases.h"

#include "campaign/catalogue.h"
#include "cli/text.h"
#include "verbs.h"

namespace castaway::ci {

namespace {

std::string profiles(const scenario::Scenario& scenario) {
  std::vector<std::string> words;
  for (const scenario::SubjectProfile profile : scenario.profiles) {
    std::string word(to_string(profile));
    if (const auto violated = scenario.expect.violated.find(word);
        violated != scenario.expect.violated.end()) {
      word += fmt::format(" (known to break {})", listed(violated->second));
    }
    words.push_back(std::move(word));
  }
  return listed(words);
}

std::string entry(const Selected& selected) {
  const scenario::Scenario& scenario = selected.scenario;
  std::string first = styled(Style::bold, selected.path);
  if (!scenario.cases.empty()) first += "   " + listed(scenario.cases);
  std::string text = wrap("", first);
  text += wrap("    ", "In " + profiles(scenario) + ".");
  if (!scenario.about.empty()) text += wrap("    ", scenario.about);
  return text + '\n';
}

std::string list_cases(const std::vector<Selected>& selection) {
  auto paths_of = shown_by(selection);
  std::string text;
  std::size_t shown = 0;
  for (const scenario::Case& one : scenario::cases()) {
    const std::vector<std::string>& paths = paths_of[std::string(one.id)];
    shown += paths.empty() ? 0 : 1;
    text += fmt::format("{}  {}  {}{}\n", styled(Style::bold, one.id), pad(one.slug, 34),
                        to_string(one.level), one.existential ? ", some run must show it" : "");
    text += wrap("         ", fmt::format("Fault: {}. Expected: {}.", one.fault, one.oracle));
    for (const std::string& path : paths) text += wrap("         ", path);
  }
  return text + fmt::format("\n{}, {} of them shown by a scenario here\n",
                            count(scenario::cases().size(), "case"), grouped(shown));
}

}  // namespace

ExitCode list(const ListCommand& command, Console& console) {
  const std::vector<Selected> selection = known_scenarios(command.paths);
  if (command.cases) {
    console.say(list_cases(selection));
    return ExitCode::fine;
  }
  if (selection.empty()) {
    console.complain("castaway: nothing to list: " +
                     (command.paths.empty()
                          ? "there is no folder called scenarios here, and none is installed"
                          : "there is no scenario in " + listed(command.paths)));
    return ExitCode::selection;
  }
  std::string text;
  for (const Selected& selected : selection) text += entry(selected);
  console.say(text + count(selection.size(), "scenario") + '\n');
  return ExitCode::fine;
}

}  // namespace castaway::ci
