#include "result_printer.h"

#include <fmt/format.h>

#include "cli/console.h"
#include "cli/text.h"
#include "cli/version.h"
#include "failing_run.h"
#include "finding.h"
#include "timeline.h"

namespace castaway::ci {

namespace {

std::string drawing(const ItemResult& result, std::size_t columns) {
  return '\n' + timeline(result.report.shown.history, pointed_at(broken_in(result)), columns);
}

}  // namespace

ResultPrinter::ResultPrinter(const PrintSettings& settings, std::string_view head,
                             const std::vector<Selected>& selection, const std::vector<Item>& items,
                             Console& console)
    : settings_(settings),
      console_(console),
      matrix_(items),
      in_detail_(settings.verbose ||
                 (selection.size() == 1 && selection.front().named && !settings.quiet)) {
  if (!settings.history.empty()) history_.emplace(settings.history);
  if (!settings.results.empty()) results_.emplace(settings.results);
  console_.say(std::string(head) + '\n');
  if (!in_detail_) console_.say(matrix_.head());
}

void ResultPrinter::take(const ItemResult& result) {
  sum_.add(result);
  if (result.mark == Mark::unfit) console_.complain(result.fault);
  const Commands commands = next_commands(result);
  if (in_detail_) {
    print_detail(result, commands);
  } else {
    if (wants_block(result.mark)) blocks_.push_back(block(result, commands, contrast(result)));
    if (result.mark == Mark::pass)
      passed_[result.item.selected].emplace_back(to_string(result.item.profile));
    console_.say(matrix_.add(result));
  }
  if (settings_.timeline) console_.say(drawing(result, console_.columns()));
  if (history_) keep([&] { history_->write(result.report.shown.history); });
  if (results_) keep([&] { results_->add(result); });
}

ExitCode ResultPrinter::finish(double seconds, const InputProblems& problems) {
  std::string text;
  for (const std::string& block : blocks_) text += '\n' + block;
  code_ = worse(worse(code_, sum_.exit_code()), problems.code());
  if (problems.any()) text += '\n' + wrap("", problems.in_short());
  console_.say(text + '\n' + sum_.text(seconds, code_, !in_detail_));
  return code_;
}

bool ResultPrinter::wants_block(Mark mark) const {
  if (mark == Mark::pass || mark == Mark::interrupted) return false;
  return mark != Mark::expected_fail || !settings_.quiet;
}

/// Where this profile breaks what another one keeps, that is half of what there is to know.
std::string ResultPrinter::contrast(const ItemResult& result) const {
  const auto passed = passed_.find(result.item.selected);
  if (result.mark != Mark::expected_fail || passed == passed_.end()) return "";
  return fmt::format("In profile {} the same scenario passes.", listed(passed->second));
}

void ResultPrinter::print_detail(const ItemResult& result, const Commands& commands) {
  std::string text;
  if (introduced_ != result.item.selected) {
    text = (introduced_ == nullptr ? "" : "\n") + introduction(result.item.selected->scenario);
    introduced_ = result.item.selected;
  }
  console_.say(text + '\n' + detail(result, commands, settings_.verbose));
}

/// How to see it again, or smaller, once the finding is kept.
Commands ResultPrinter::next_commands(const ItemResult& result) {
  const std::string run_again =
      fmt::format("{} run {} --profile {}", command_name(), shell_word(result.item.selected->path),
                  to_string(result.item.profile));
  switch (result.mark) {
    case Mark::fail: {
      const std::string finding = keep_as_file(result);
      if (finding.empty()) return {.again = run_again + " -v"};
      Commands next{.again = fmt::format("{} replay {}", command_name(), shell_word(finding))};
      if (to_keep_broken(result.item.selected->scenario, broken_in(result)) != nullptr)
        next.smaller = fmt::format("{} shrink {}", command_name(), shell_word(finding));
      return next;
    }
    case Mark::expected_fail:
      if (settings_.timeline) return {};
      return {.again = run_again + " --timeline"};
    case Mark::broken:
      return {.again = fmt::format("{} --seed {} --runs 1", run_again, result.report.seed)};
    case Mark::vacuous:
    case Mark::inconclusive:
    case Mark::stale:
      if (settings_.verbose) return {};
      return {.again = run_again + " -v"};
    case Mark::pass:
    case Mark::unfit:
    case Mark::interrupted:
      break;
  }
  return {};
}

std::string ResultPrinter::keep_as_file(const ItemResult& result) {
  std::string path;
  keep([&] {
    // Two scenarios of one name may lie in two folders.
    std::string name = fmt::format("{}.{}", result.report.scenario, to_string(result.item.profile));
    while (!kept_.insert(name).second) name += "-again";
    path = keep_finding(result, fmt::format("{}/{}.json", settings_.out, name));
  });
  return path;
}

/// What was found is worth more than a file of it: without the file, the results go on.
template <class Write>
void ResultPrinter::keep(Write write) {
  code_ = worse(code_, written(console_, write));
}

}  // namespace castaway::ci
