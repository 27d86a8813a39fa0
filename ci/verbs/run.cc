#include <chrono>
#include <filesystem>
#include <map>
#include <optional>
#include <set>

#include <fmt/format.h>

#include "campaign/regressions.h"
#include "campaign/selection.h"
#include "cli/files.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "report/finding.h"
#include "report/matrix.h"
#include "report/report.h"
#include "report/results.h"
#include "report/timeline.h"
#include "verbs.h"

namespace castaway::ci {

namespace {

namespace fs = std::filesystem;

/// Everything about the command line that the selection alone can tell to be wrong.
void require_sense(const RunCommand& command, const std::vector<Selected>& selection,
                   const std::vector<Item>& items) {
  if (command.timeline && selection.size() > 1) {
    throw UsageError(
        fmt::format("run: --timeline draws one scenario, and {} are selected", selection.size()));
  }
  if (command.history.empty()) return;
  if (items.size() > 1) {
    throw UsageError(
        fmt::format("run: --history takes one scenario in one profile, and {} are selected{}",
                    items.size(), selection.size() == 1 ? "; choose one with --profile" : ""));
  }
  std::error_code error;
  if (fs::equivalent(command.history, selection.front().path, error)) {
    throw UsageError("run: --history would overwrite the scenario itself");
  }
}

/// Prints results as they come, and keeps findings.
class Printer {
 public:
  Printer(const RunCommand& command, const std::vector<Selected>& selection,
          const std::vector<Item>& items, Console& console)
      : command_(command),
        console_(console),
        matrix_(items),
        in_detail_(command.verbose ||
                   (selection.size() == 1 && selection.front().named && !command.quiet)) {
    if (!command.history.empty()) history_.emplace(command.history);
    if (!command.results.empty()) results_.emplace(command.results);
    console_.say(head(command, items) + '\n');
    if (!in_detail_) console_.say(matrix_.head());
  }

  void take(const ItemResult& result) {
    sum_.add(result);
    const Commands commands = next_commands(result);
    if (in_detail_) {
      print_detail(result, commands);
    } else {
      if (wants_block(result.mark)) blocks_.push_back(block(result, commands, contrast(result)));
      if (result.mark == Mark::pass)
        passed_[result.item.selected].emplace_back(to_string(result.item.profile));
      console_.say(matrix_.add(result));
    }
    if (command_.timeline) console_.say(drawing(result));
    if (history_) keep([&] { history_->write(result.report.shown.history); });
    if (results_) keep([&] { results_->add(result); });
  }

  ExitCode finish(double seconds) {
    std::string text;
    for (const std::string& block : blocks_) text += '\n' + block;
    code_ = worse(code_, sum_.exit_code());
    console_.say(text + '\n' + sum_.text(seconds, code_, !in_detail_));
    return code_;
  }

 private:
  [[nodiscard]] bool wants_block(Mark mark) const {
    if (mark == Mark::pass || mark == Mark::interrupted) return false;
    return mark != Mark::expected_fail || !command_.quiet;
  }

  /// Where this profile breaks what another one keeps, that is half of what there is to know.
  [[nodiscard]] std::string contrast(const ItemResult& result) const {
    const auto passed = passed_.find(result.item.selected);
    if (result.mark != Mark::expected_fail || passed == passed_.end()) return "";
    return fmt::format("In profile {} the same scenario passes.", listed(passed->second));
  }

  void print_detail(const ItemResult& result, const Commands& commands) {
    std::string text;
    if (introduced_ != result.item.selected) {
      text = (introduced_ == nullptr ? "" : "\n") + introduction(result.item.selected->scenario);
      introduced_ = result.item.selected;
    }
    console_.say(text + '\n' + detail(result, commands, command_.verbose));
  }

  [[nodiscard]] static std::string drawing(const ItemResult& result) {
    return '\n' + timeline(result.report.shown.history, pointed_at(broken_in(result)));
  }

  /// How to see it again, or smaller, once the finding is kept.
  Commands next_commands(const ItemResult& result) {
    const std::string run_again =
        fmt::format("{} run {} --profile {}", command_name(),
                    shell_word(result.item.selected->path), to_string(result.item.profile));
    switch (result.mark) {
      case Mark::fail: {
        const std::string finding = keep_as_file(result);
        if (finding.empty()) return {.again = run_again + " -v"};
        return {.again = fmt::format("{} replay {}", command_name(), shell_word(finding)),
                .smaller = fmt::format("{} shrink {}", command_name(), shell_word(finding))};
      }
      case Mark::expected_fail:
        if (command_.timeline) return {};
        return {.again = run_again + " --timeline"};
      case Mark::broken:
        return {.again = fmt::format("{} --seed {} --runs 1", run_again, result.report.seed)};
      case Mark::vacuous:
      case Mark::stale:
        if (command_.verbose) return {};
        return {.again = run_again + " -v"};
      case Mark::pass:
      case Mark::interrupted:
        break;
    }
    return {};
  }

  std::string keep_as_file(const ItemResult& result) {
    std::string path;
    keep([&] {
      // Two scenarios of one name may lie in two folders.
      std::string name =
          fmt::format("{}.{}", result.report.scenario, to_string(result.item.profile));
      while (!kept_.insert(name).second) name += "-again";
      path = keep_finding(result, fmt::format("{}/{}.json", command_.out, name));
    });
    return path;
  }

  /// What was found is worth more than a file of it: without the file, the results go on.
  template <class Write>
  void keep(Write write) {
    try {
      write();
    } catch (const OutputError& error) {
      console_.complain(fmt::format("castaway: {}", error.what()));
      code_ = worse(code_, ExitCode::no_output);
    }
  }

  const RunCommand& command_;
  Console& console_;
  Matrix matrix_;
  bool in_detail_;
  std::optional<HistoryFile> history_;
  std::optional<ResultsFile> results_;
  Sum sum_;
  std::set<std::string> kept_;  ///< names of findings
  std::vector<std::string> blocks_;
  std::map<const Selected*, std::vector<std::string>> passed_;  ///< by scenario, the profiles
  const Selected* introduced_ = nullptr;
  ExitCode code_ = ExitCode::fine;
};

}  // namespace

ExitCode run(const RunCommand& command, Console& console) {
  const auto start = std::chrono::steady_clock::now();
  // Who asks for a drawing or a history of one scenario, or for a real broker, gets no others.
  const bool beside = !command.timeline && command.history.empty() && command.transports.empty();
  const std::vector<Selected> selection = select_regressions_first(command.paths, beside);
  const std::vector<Item> selected = items(selection, command.profile);
  if (selected.empty()) {
    console.complain(fmt::format(
        "castaway: nothing to run: {}",
        selection.empty() ? "there is no scenario in " + listed(command.paths)
                          : fmt::format("no scenario in {} lists profile {}", listed(command.paths),
                                        to_string(*command.profile))));
    return ExitCode::selection;
  }
  require_sense(command, selection, selected);
  if (!command.transports.empty()) return run_across(command, selected, console);

  watch_for_interrupts();
  Printer printer(command, selection, selected, console);
  const CampaignSettings settings{.run = {.seed = command.seed.value_or(0),
                                          .has_seed = command.seed.has_value(),
                                          .runs = command.runs},
                                  .jobs = command.jobs};
  run_all(selected, settings, console, [&](const ItemResult& result) { printer.take(result); });
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  return printer.finish(took.count());
}

}  // namespace castaway::ci
