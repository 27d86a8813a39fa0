// list: the scenarios that there are, or the cases that they show.

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "castaway/scenario/cases.h"

#include "campaign/catalogue.h"
#include "cli/text.h"
#include "cli/verb.h"

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

class List final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {
        .name = "list",
        .summary = "Lists scenarios: their cases, their profiles, what they are about.",
        .arguments = "[PATH...]",
        .text = "Without a path: the folder scenarios in this folder, or else the installed ones.",
        .examples = {{"castaway list", "all scenarios"},
                     {"castaway list scenarios/examples/tmo", "those of one section"},
                     {"castaway list --cases", "the cases, and the scenarios that show them"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {{"PATH", "scenario files or folders", &paths_},
            {"--cases", "the cases of the catalogue, and what shows them", &cases_}};
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    InputProblems problems;
    const std::vector<Selected> selection = known_scenarios(paths_, problems);
    if (problems.any()) console.complain(problems.lines());
    if (cases_) {
      console.say(list_cases(selection));
      return problems.code();
    }
    if (selection.empty() && problems.any()) return problems.code();
    if (selection.empty()) {
      console.complain("castaway: nothing to list: " +
                       (paths_.empty()
                            ? "there is no folder called scenarios here, and none is installed"
                            : "there is no scenario in " + listed(paths_)));
      return ExitCode::selection;
    }
    std::string text;
    for (const Selected& selected : selection) text += entry(selected);
    console.say(text + count(selection.size(), "scenario") + '\n');
    if (problems.any()) console.say(wrap("", problems.in_short()));
    return problems.code();
  }

 private:
  std::vector<std::string> paths_;
  bool cases_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_list() { return std::make_unique<List>(); }

}  // namespace castaway::ci
