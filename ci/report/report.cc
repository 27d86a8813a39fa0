#include "report.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "cli/text.h"
#include "cli/version.h"

namespace castaway::ci {

namespace {

using scenario::Report;
using scenario::Scenario;
using scenario::SubjectProfile;

constexpr std::string_view indent = "      ";
constexpr std::size_t short_lines = 8;

const Scenario& scenario_of(const ItemResult& result) { return result.item.selected->scenario; }

std::vector<std::string> expected_violations(const ItemResult& result) {
  const auto& violated = scenario_of(result).expect.violated;
  const auto found = violated.find(std::string(to_string(result.item.profile)));
  return found == violated.end() ? std::vector<std::string>{} : found->second;
}

std::string known_to_break(const ItemResult& result) {
  return fmt::format("profile {} is known to break {}", to_string(result.item.profile),
                     listed(expected_violations(result)));
}

std::string ending_of(const ItemResult& result) {
  switch (result.mark) {
    case Mark::expected_fail:
      return fmt::format("{}: {}", styled(Style::yellow, "expected failure"),
                         known_to_break(result));
    case Mark::pass:
      return styled(Style::green, "pass");
    case Mark::interrupted:
      return fmt::format("{} after {}", styled(Style::yellow, "interrupted"),
                         count(result.report.runs, "run"));
    case Mark::broken:
      return fmt::format("{}: this is our own fault", styled(Style::red, "broken"));
    case Mark::unfit:
      return fmt::format("{}: the scenario cannot be run", styled(Style::red, "unfit"));
    case Mark::fail:
    case Mark::vacuous:
    case Mark::inconclusive:
    case Mark::stale:
      break;
  }
  return styled(Style::red, words(result.mark));
}

/// "at-most-once (2 judged)" for each property that held in the run shown.
std::vector<std::string> held(const ItemResult& result) {
  std::vector<std::string> properties;
  for (const scenario::Finding& finding : judge(scenario_of(result), result.report.shown)) {
    if (!finding.verdict.holds()) continue;
    properties.push_back(
        check::find_law(finding.verdict.law) == nullptr
            ? finding.property
            : fmt::format("{} ({})", finding.property, judged_in_words(finding.verdict)));
  }
  return properties;
}

std::string fired(const ItemResult& result) {
  const auto& faults = scenario_of(result).faults;
  const auto& numbers = result.report.shown.fired;
  std::vector<std::string> rules;
  for (std::size_t i = 0; i < std::min(faults.size(), numbers.size()); ++i) {
    rules.push_back(fmt::format("{} fired {}", faults[i].id, times(numbers[i])));
  }
  return listed(rules);
}

std::string reached(const Report& report) {
  std::vector<std::string> goals;
  for (const auto& [goal, seed] : report.reached) {
    goals.push_back(fmt::format("{} (seed {})", goal, seed));
  }
  return listed(goals);
}

std::string runs(const ItemResult& result) {
  const Report& report = result.report;
  const double rate = result.seconds > 0 ? static_cast<double>(report.events) / result.seconds : 0;
  std::string distinct;
  if (report.runs > 1) {
    distinct = report.distinct == report.runs
                   ? ", all distinct"
                   : fmt::format(", {} of them distinct", grouped(report.distinct));
  }
  return fmt::format("{}{}; {}, {} a second", grouped(report.runs), distinct,
                     count(report.events, "event"), grouped(static_cast<std::uint64_t>(rate)));
}

std::string shown(const Report& report) {
  return fmt::format("seed {}, {} of virtual time, {} in its history, hash {}", report.seed,
                     to_string(report.shown.virtual_time),
                     count(report.shown.history.events().size(), "event"),
                     hex(report.shown.history.hash()));
}

std::string line(std::string_view name, const std::string& text) {
  if (text.empty()) return "";
  return wrap("    " + styled(Style::dim, pad(name, 9)), text);
}

/// A command is there to be copied, so it stays on one line.
std::string command_line(std::string_view name, const std::string& command) {
  if (command.empty()) return "";
  return "    " + styled(Style::dim, pad(name, 9)) + command + '\n';
}

std::string deviations(const Report& report) {
  constexpr std::size_t most = 20;
  const auto& all = report.shown.deviations;
  std::string text;
  for (std::size_t i = 0; i < std::min(all.size(), most); ++i) {
    text += fmt::format("{}{} = {}", i > 0 ? "\n" : "", all[i].at, all[i].answer);
  }
  if (all.size() > most) text += fmt::format("\nand {} more", grouped(all.size() - most));
  return all.empty() ? "none: every choice was the benign one" : text;
}

std::string verdicts(const ItemResult& result) {
  std::string text;
  for (const scenario::Finding& finding : judge(scenario_of(result), result.report.shown)) {
    const check::Verdict& verdict = finding.verdict;
    const std::string how =
        verdict.violated()  ? fmt::format("violated {}", times(verdict.violations.size()))
        : verdict.vacuous() ? fmt::format("vacuous: {}", verdict.vacuous_because)
                            : "holds";
    text += fmt::format("{}{}: {} ({})", text.empty() ? "" : "\n", finding.property, how,
                        judged_in_words(verdict));
  }
  return text;
}

std::string reasons(const Report& report, std::string_view before) {
  std::string text;
  for (const std::string& reason : report.reasons) text += wrap(before, reason + ".");
  return text;
}

std::string broken_text(const ItemResult& result, std::string_view before) {
  return wrap(before, fmt::format("This is our own fault, not the scenario's: {}", result.fault)) +
         wrap(before,
              fmt::format("Seed {}, profile {}, {}. Please report it with the scenario.",
                          result.report.seed, to_string(result.item.profile), version_line()));
}

std::string_view title(Mark mark) {
  switch (mark) {
    case Mark::pass:
      return "PASS";
    case Mark::fail:
      return "FAIL";
    case Mark::expected_fail:
      return "XFAIL";
    case Mark::vacuous:
      return "VACUOUS";
    case Mark::inconclusive:
      return "INCONCLUSIVE";
    case Mark::stale:
      return "STALE";
    case Mark::interrupted:
      return "INTERRUPTED";
    case Mark::unfit:
      return "UNFIT";
    case Mark::broken:
      break;
  }
  return "BROKEN";
}

}  // namespace

std::vector<Broken> broken_in(const ItemResult& result) {
  std::set<std::string> expected;
  if (result.mark == Mark::fail) {
    for (const std::string& property : expected_violations(result)) expected.insert(property);
  }
  return roots_first(result.report.findings, expected);
}

std::string head(const std::vector<Item>& items, std::optional<std::uint64_t> seed) {
  std::set<SubjectProfile> profiles;
  for (const Item& item : items) profiles.insert(item.profile);
  std::vector<std::string> names;
  for (const SubjectProfile profile : profiles) names.emplace_back(to_string(profile));
  const std::string shown = seed ? std::to_string(*seed)
                            : items.size() == 1 || items.front().selected == items.back().selected
                                ? std::to_string(items.front().selected->scenario.seed)
                                : "of each scenario";
  return fmt::format("{}   profile{} {}   seed {}\n", version_line(), names.size() > 1 ? "s" : "",
                     listed(names), shown);
}

std::string introduction(const Scenario& scenario) {
  std::string text = styled(Style::bold, scenario.name);
  if (!scenario.cases.empty()) text += "   " + listed(scenario.cases);
  text += '\n';
  if (!scenario.about.empty()) text += wrap("  ", scenario.about);
  if (!scenario.source.empty()) text += wrap("  Source: ", scenario.source);
  return text;
}

std::string detail(const ItemResult& result, const Commands& commands, bool verbose) {
  const Report& report = result.report;
  std::string text =
      wrap("  " + styled(Style::bold, to_string(result.item.profile)) + "  ", ending_of(result));
  if (result.mark == Mark::broken) return text + broken_text(result, "    ");
  if (result.mark == Mark::unfit) return text + wrap("    ", result.fault);
  text += reasons(report, "    ");
  const check::History& history = report.shown.history;
  const std::size_t most = verbose ? std::numeric_limits<std::size_t>::max() : 1;
  text += argue(broken_in(result), history, "    ", most);
  if (report.runs > 0) {
    text += line("held", verbose ? "" : listed(held(result)));
    text += line("judged", verbose ? verdicts(result) : "");
    text += line("rules", fired(result));
    text += line("reached", reached(report));
    text += line("runs", runs(result));
    text += line("shown", shown(report));
    if (verbose) text += line("choices", deviations(report));
  }
  return text + command_line("again", commands.again) + command_line("smaller", commands.smaller);
}

std::string block(const ItemResult& result, const Commands& commands, const std::string& contrast) {
  const Report& report = result.report;
  const Style style = result.mark == Mark::expected_fail || result.mark == Mark::interrupted
                          ? Style::yellow
                          : Style::red;
  std::string text = fmt::format("{}  {}  {}", styled(style, title(result.mark)),
                                 result.item.selected->path, to_string(result.item.profile));
  if (result.mark == Mark::expected_fail) {
    const std::string expected = fmt::format("(expected: {})", known_to_break(result));
    const bool fits = width(text) + 2 + width(expected) <= page_width;
    text += fits ? "  " + expected : '\n' + std::string(indent) + expected;
  }
  text += '\n';
  if (result.mark == Mark::broken) return text + broken_text(result, indent);
  if (result.mark == Mark::unfit) return text + wrap(indent, result.fault);
  text += reasons(report, indent);
  text += argue_shortly(broken_in(result), report.shown.history, std::string(indent), short_lines);
  if (!contrast.empty()) text += wrap(indent, contrast);
  for (const std::string& command : {commands.again, commands.smaller}) {
    if (!command.empty()) text += std::string(indent) + styled(Style::bold, command) + '\n';
  }
  return text;
}

void Sum::add(const ItemResult& result) {
  ++counts_[static_cast<std::size_t>(result.mark)];
  ++scenarios_[result.item.selected];
  runs_ += result.report.runs;
  code_ = worse(code_, ci::exit_code(result.mark));
}

std::string Sum::text(double seconds, ExitCode code, bool letters) const {
  std::uint64_t results = 0;
  for (const std::uint64_t number : counts_) results += number;
  std::string parts;
  for (int i = 0; i < marks; ++i) {
    const Mark mark = static_cast<Mark>(i);
    const std::uint64_t number = counts_[static_cast<std::size_t>(i)];
    if (number == 0) continue;
    parts += (parts.empty() ? "" : ", ") + words(mark, number);
    if (letters && mark != Mark::pass) parts += fmt::format(" ({})", letter(mark));
  }
  return wrap("", fmt::format("{}, {}: {}", count(scenarios_.size(), "scenario"),
                              count(results, "result"), parts)) +
         fmt::format("{} in {:.1f} s\nexit {}\n", count(runs_, "run"), seconds,
                     static_cast<int>(code));
}

}  // namespace castaway::ci
