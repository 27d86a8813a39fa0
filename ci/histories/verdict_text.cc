#include "verdict_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "cli/text.h"
#include "report/argument.h"

namespace castaway::ci {

using check::History;
using check::Verdict;

namespace {

/// Two blanks wider than the longest name of a law.
std::size_t name_column() {
  std::size_t longest = 0;
  for (const check::Law& law : check::laws()) longest = std::max(longest, law.name.size());
  return longest + 2;
}

}  // namespace

std::string line_of(const Verdict& verdict) {
  const std::string judged = fmt::format(" ({})", judged_in_words(verdict));
  const std::string what =
      verdict.violated()
          ? styled(Style::red, "violated " + times(verdict.violations.size())) + judged
      : verdict.suspected()
          ? styled(Style::yellow, "suspected " + times(verdict.suspects.size())) + judged
      : verdict.vacuous() ? styled(Style::yellow, "vacuous") + ": " + verdict.vacuous_because
                          : styled(Style::green, "holds") + judged;
  return wrap("  " + pad(verdict.law, name_column()), what);
}

std::string suspicions(const std::vector<Verdict>& verdicts, const History& history) {
  std::string text;
  const bool inferred = std::ranges::any_of(history.events(), &check::Event::suspect);
  for (const Verdict& verdict : verdicts) {
    if (verdict.suspects.empty()) continue;
    text += inferred ? "\n  Suspected, because it rests on events that nobody saw:\n"
                     : "\n  Suspected, and not proved:\n";
    text += argue(verdict.suspects.front(), history, "  ");
  }
  return text;
}

ExitCode code_of(const std::vector<Verdict>& verdicts) {
  if (std::ranges::any_of(verdicts, &Verdict::violated)) return ExitCode::failed;
  const bool decided = !std::ranges::all_of(verdicts, &Verdict::vacuous) &&
                       std::ranges::none_of(verdicts, &Verdict::suspected);
  return decided ? ExitCode::fine : ExitCode::undecided;
}

}  // namespace castaway::ci
