#include <fstream>
#include <iostream>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "cli/files.h"
#include "cli/text.h"
#include "report/argument.h"
#include "report/timeline.h"
#include "verbs.h"

namespace castaway::ci {

namespace {

using check::History;
using check::Verdict;

History read_history(const std::string& path) {
  if (path == "-") return check::read_jsonl(std::cin, "standard input");
  require_readable(path);
  std::ifstream file(path, std::ios::binary);
  return check::read_jsonl(file, path);
}

std::string_view ending_in_words(check::Ending ending) {
  switch (ending) {
    case check::Ending::quiescent:
      return "until nothing was left to do";
    case check::Ending::limit:
      return "up to its time limit, with work left";
    case check::Ending::livelock:
      return "until time stood still";
    case check::Ending::cut:
      break;
  }
  return "until it was cut off";
}

std::string head(const std::string& path, const History& history) {
  std::string what = count(history.events().size(), "event");
  if (!history.scenario.empty()) what += ", scenario " + history.scenario;
  if (!history.profile.empty()) what += ", profile " + history.profile;
  if (history.seed != 0) what += fmt::format(", seed {}", history.seed);
  what += fmt::format(", {}, hash {}", ending_in_words(history.ending), hex(history.hash()));
  return styled(Style::bold, path) + '\n' + wrap("  ", what) + '\n';
}

std::string line(const Verdict& verdict) {
  const std::string judged = fmt::format(" ({} judged)", grouped(verdict.judged));
  const std::string what =
      verdict.violated()
          ? styled(Style::red, "violated " + times(verdict.violations.size())) + judged
      : verdict.suspected()
          ? styled(Style::yellow, "suspected " + times(verdict.suspects.size())) + judged
      : verdict.vacuous() ? styled(Style::yellow, "vacuous") + ": " + verdict.vacuous_because
                          : styled(Style::green, "holds") + judged;
  return wrap("  " + pad(verdict.law, 16), what);
}

/// What rests on events that were inferred: the first of each law.
std::string suspicions(const std::vector<Verdict>& verdicts, const History& history) {
  std::string text;
  for (const Verdict& verdict : verdicts) {
    if (verdict.suspects.empty()) continue;
    text += "\n  Suspected, because it rests on events that nobody saw:\n";
    text += argue(verdict.suspects.front(), history, "  ");
  }
  return text;
}

struct Judged {
  std::string text = {};
  ExitCode code = ExitCode::fine;
};

Judged judge(const std::string& path, const CheckCommand& command) {
  const History history = read_history(path);
  const std::vector<Verdict> verdicts = check::judge_all(history);
  std::string text = head(path, history);
  bool any_judged = false;
  bool any_suspected = false;
  for (const Verdict& verdict : verdicts) {
    text += line(verdict);
    any_judged = any_judged || !verdict.vacuous();
    any_suspected = any_suspected || verdict.suspected();
  }
  const std::vector<Broken> broken = roots_first(verdicts);
  const std::size_t most = command.verbose ? std::numeric_limits<std::size_t>::max() : 1;
  if (!broken.empty()) text += '\n' + argue(broken, history, "  ", most);
  text += suspicions(verdicts, history);
  if (command.timeline) text += '\n' + timeline(history, pointed_at(broken));
  const bool decided = any_judged && !any_suspected;
  const ExitCode code = !broken.empty() ? ExitCode::failed
                        : decided       ? ExitCode::fine
                                        : ExitCode::undecided;
  return {.text = std::move(text), .code = code};
}

}  // namespace

ExitCode check_histories(const CheckCommand& command, Console& console) {
  ExitCode code = ExitCode::fine;
  bool first = true;
  for (const std::string& path : command.files) {
    try {
      const Judged judged = judge(path, command);
      console.say((std::exchange(first, false) ? "" : "\n") + judged.text);
      code = worse(code, judged.code);
    } catch (const InputError& error) {
      console.complain(error.what());
      code = worse(code, error.code());
    } catch (const check::HistoryError& error) {
      console.complain(error.what());
      code = worse(code, ExitCode::bad_input);
    }
  }
  console.say(fmt::format("\nexit {}\n", static_cast<int>(code)));
  return code;
}

}  // namespace castaway::ci
