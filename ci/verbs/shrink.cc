#include "castaway/scenario/shrink.h"

#include <algorithm>
#include <chrono>
#include <stdexcept>

#include <fmt/format.h>

#include "castaway/nearest.h"
#include "castaway/scenario/failure_explanation.h"
#include "castaway/scenario/json.h"

#include "cli/files.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "report/finding.h"
#include "report/report.h"
#include "verbs.h"

namespace castaway::ci {

namespace {

using scenario::Scenario;
using scenario::Shrunk;
using scenario::Size;
using scenario::SubjectProfile;

/// A run that breaks something, and what of it is to be shrunk.
struct Failure {
  SubjectProfile profile = SubjectProfile::strict;
  Scenario scenario = {};  ///< as a replay
  scenario::Property property = {};
};

/// With `command.property` nothing else is expected of it.
Scenario read_scenario(const ShrinkCommand& command) {
  Scenario scenario;
  try {
    scenario = scenario::parse(read_file(command.file), command.file);
  } catch (const scenario::ScenarioError& error) {
    throw InputError(ExitCode::bad_input, error.what());
  }
  if (command.property.empty()) return scenario;
  std::vector<std::string> known;
  for (const scenario::Property& property : scenario.expect.always)
    known.push_back(name_of(property));
  std::erase_if(scenario.expect.always, [&](const scenario::Property& property) {
    return name_of(property) != command.property;
  });
  if (!scenario.expect.always.empty()) return scenario;
  const std::string nearest = castaway::nearest(command.property, known);
  throw InputError(
      ExitCode::bad_input,
      fmt::format("{}: no property of \"always\" is called \"{}\"{}", command.file,
                  command.property,
                  nearest.empty() ? "" : fmt::format("; did you mean \"{}\"?", nearest)));
}

std::vector<SubjectProfile> profiles_of(const ShrinkCommand& command, const Scenario& scenario) {
  if (command.profile) return {*command.profile};
  const std::optional<Finding> finding = finding_of(scenario);
  for (const SubjectProfile profile : {SubjectProfile::strict, SubjectProfile::classic}) {
    if (finding && finding->profile == to_string(profile)) return {profile};
  }
  return scenario.profiles;
}

/// The property that the finding names, or else the first that is broken.
std::string broken_property(const Scenario& scenario, const std::vector<Broken>& broken) {
  if (const std::optional<Finding> finding = finding_of(scenario)) {
    for (const Broken& one : broken) {
      if (one.property == finding->property) return one.property;
    }
  }
  return broken.front().property;
}

/// The first failure in a profile; nothing where there is none.
std::optional<Failure> failure_in(const Selected& selected, SubjectProfile profile,
                                  Console& console) {
  std::optional<Failure> failure;
  run_all({{&selected, profile}}, {.jobs = 1}, console, [&](const ItemResult& result) {
    if (result.mark == Mark::broken) throw std::runtime_error(result.fault);
    const std::vector<Broken> broken = broken_in(result);
    if (broken.empty()) return;
    const std::string wanted = broken_property(selected.scenario, broken);
    failure = {.profile = profile, .scenario = selected.scenario};
    failure->property =
        *std::ranges::find(selected.scenario.expect.always, wanted,
                           [](const scenario::Property& property) { return name_of(property); });
    failure->scenario.seed = result.report.seed;
    failure->scenario.deviations = result.report.shown.deviations;
  });
  return failure;
}

/// Nothing where somebody stopped the search.
std::optional<Failure> find_failure(const ShrinkCommand& command, const Selected& selected,
                                    Console& console) {
  const std::vector<SubjectProfile> profiles = profiles_of(command, selected.scenario);
  std::vector<std::string> names;
  for (const SubjectProfile profile : profiles) {
    if (auto failure = failure_in(selected, profile, console)) return failure;
    if (interrupted()) return std::nullopt;
    names.emplace_back(to_string(profile));
  }
  const std::string what = command.property.empty()
                               ? "it does not fail"
                               : fmt::format("no run breaks \"{}\"", command.property);
  throw InputError(ExitCode::bad_input,
                   fmt::format("{}: there is nothing to shrink: in profile {} {}", command.file,
                               listed(names), what));
}

std::string in_words(const Size& size) {
  return fmt::format("{}, {}, {}, {} and {}", count(size.operations, "operation"),
                     count(size.rules, "rule"), count(size.deviations, "deviation"),
                     count(size.clients, "client"), count(size.servers, "server"));
}

std::string passes(const Shrunk& shrunk) {
  std::string text = "  stage        runs   kept   operations   rules   deviations   steps\n";
  for (const scenario::ShrinkPass& pass : shrunk.passes) {
    text += fmt::format("  {:<10} {:>6} {:>6} {:>12} {:>7} {:>12} {:>7}\n", pass.name,
                        grouped(pass.evaluations), grouped(pass.kept),
                        grouped(pass.after.operations), grouped(pass.after.rules),
                        grouped(pass.after.deviations), grouped(pass.after.steps));
  }
  return text;
}

std::string ending(const Shrunk& shrunk) {
  if (shrunk.minimal)
    return "Nothing of it can be taken away alone: it would no longer fail, or for another reason.";
  return interrupted() ? "Interrupted: this is the best so far, and it may become smaller still."
                       : "The budget is spent: it may become smaller still.";
}

/// What of the numbers that are left it takes to fail, and where the nearest run that does not
/// fail goes another way.
std::string explanation(const Shrunk& shrunk, SubjectProfile profile,
                        const scenario::Property& property) {
  const scenario::FailureExplanation explanation =
      scenario::explain_failure(shrunk.scenario, profile, property, shrunk.signature);
  std::string text;
  for (const scenario::Remaining& one : explanation.remaining)
    text += wrap("  " + one.name + "  ", to_string(one));
  if (!text.empty()) text = "\nOf what is left, the rest as it is, it\n" + text;
  if (!explanation.nearest) return text;
  return text + fmt::format("\nWithout {0} it does not fail. ", explanation.nearest->undone) +
         to_string(explanation.nearest->difference, "without", "with");
}

/// Runs a replay once more, and keeps it as a finding; what came of it.
ItemResult kept(const Selected& selected, SubjectProfile profile,
                const std::optional<Size>& before = {}) {
  using std::chrono::steady_clock;
  const auto start = steady_clock::now();
  ItemResult result{.item = {&selected, profile},
                    .mark = Mark::fail,
                    .report = scenario::explore(selected.scenario, profile)};
  result.seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  if (result.report.findings.empty()) throw std::logic_error("what was shrunk fails only once");
  if (result.report.result == scenario::Result::expected_fail) result.mark = Mark::expected_fail;
  write_finding(result, selected.path, before);
  return result;
}

/// Other failures that were met, each as a file of its own beside the output.
std::string keep_others(const Shrunk& shrunk, SubjectProfile profile, const std::string& output) {
  std::string text;
  const std::string stem = output.ends_with(".json") ? output.substr(0, output.size() - 5) : output;
  for (std::size_t i = 0; i < shrunk.also.size(); ++i) {
    const scenario::AlsoFound& also = shrunk.also[i];
    const Selected other{.path = fmt::format("{}.also-{}.json", stem, i + 1),
                         .scenario = also.scenario};
    static_cast<void>(kept(other, profile));
    text += wrap("  ", fmt::format("{}  {}", other.path, also.signature.property));
  }
  return text.empty() ? "" : "\nMet on the way, and kept:\n" + text;
}

}  // namespace

ExitCode shrink(const ShrinkCommand& command, Console& console) {
  const Selected selected{.path = command.file, .named = true, .scenario = read_scenario(command)};
  watch_for_interrupts();
  const std::optional<Failure> failure = find_failure(command, selected, console);
  if (!failure) {
    console.complain(fmt::format("castaway: interrupted before {} failed", command.file));
    return ExitCode::interrupted;
  }
  const std::string output = !command.output.empty()
                                 ? command.output
                                 : fmt::format("castaway-out/{}.{}.shrunk.json",
                                               failure->scenario.name, to_string(failure->profile));
  const auto start = std::chrono::steady_clock::now();
  const std::optional<Shrunk> shrunk = scenario::shrink(
      failure->scenario, failure->profile, failure->property,
      {.budget = command.budget,
       .stop = &interrupted(),
       .progress = [&](std::string_view pass, std::uint64_t runs, const Size& size) {
         if (!console.shows_progress()) return;
         console.progress(fmt::format("{}: {}  {}", pass, count(runs, "run"), in_words(size)));
       }});
  if (!shrunk) {
    throw InputError(ExitCode::bad_input,
                     fmt::format("{}: there is nothing to shrink: made again from its deviations, "
                                 "the run keeps {}",
                                 command.file, name_of(failure->property)));
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;

  const Selected smaller{.path = output, .named = true, .scenario = shrunk->scenario};
  const ItemResult result = kept(smaller, failure->profile, shrunk->before);
  const std::string others = keep_others(*shrunk, failure->profile, output);
  console.say(head({}, {result.item}) + '\n' + introduction(shrunk->scenario) + '\n' +
              detail(result, {}, false) + '\n' + passes(*shrunk) + '\n' +
              wrap("  before  ", in_words(shrunk->before)) +
              wrap("  after   ", in_words(shrunk->after)) +
              fmt::format("  {} in {:.1f} s\n", count(shrunk->evaluations, "run"), took.count()) +
              wrap("  ", ending(*shrunk)) + others +
              explanation(*shrunk, failure->profile, failure->property) +
              fmt::format("\n{} replay {}\n", command_name(), shell_word(output)));
  const ExitCode code = interrupted() ? ExitCode::interrupted : ExitCode::fine;
  console.say(fmt::format("exit {}\n", static_cast<int>(code)));
  return code;
}

}  // namespace castaway::ci
