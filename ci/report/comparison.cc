#include "comparison.h"

#include <algorithm>

#include <fmt/format.h>

#include "castaway/scenario/difference.h"

#include "cli/text.h"
#include "report.h"

namespace castaway::ci {

namespace {

std::string verdict(Comparison comparison, const std::string& property) {
  switch (comparison) {
    case Comparison::same:
      return fmt::format("{}: {} is still broken", styled(Style::red, "same"), property);
    case Comparison::different:
      return fmt::format("{}: {} is no longer broken, but something else is",
                         styled(Style::red, "different"), property);
    case Comparison::vacuous:
      return fmt::format("{}: {} is no longer broken, but the scenario has become vacuous",
                         styled(Style::yellow, "gone"), property);
    case Comparison::gone:
      break;
  }
  return fmt::format("{}: {} is no longer broken", styled(Style::green, "gone"), property);
}

/// Where the run leaves the finding's, if the finding says what happened in it.
std::string where(const Finding& finding, const check::History& history) {
  const std::string hashes =
      fmt::format("Its hash was {}, and is {}.\n", finding.hash, hex(history.hash()));
  if (finding.events.empty()) return hashes;
  const auto difference = scenario::first_difference(finding.events, finding.event_count, history);
  if (difference) return hashes + to_string(*difference);
  if (finding.events.size() < finding.event_count)
    return hashes + fmt::format("Its first {} are the same; the finding keeps no more of them.\n",
                                count(finding.events.size(), "event"));
  return hashes + "All events read the same: an argument, a value or a deadline differs.\n";
}

}  // namespace

std::vector<LostDecision> lost_decisions(const scenario::Scenario& finding,
                                         const scenario::Outcome& outcome) {
  std::vector<LostDecision> lost;
  if (!finding.deviations) return lost;
  for (const sim::Deviation& decision : *finding.deviations) {
    const auto taken = std::ranges::find(outcome.deviations, decision.at, &sim::Deviation::at);
    const std::uint64_t answer = taken == outcome.deviations.end() ? 0 : taken->answer;
    if (answer != decision.answer) lost.push_back({.decision = decision, .taken = answer});
  }
  return lost;
}

Comparison compare(const Finding& finding, const ItemResult& result) {
  for (const Broken& one : broken_in(result)) {
    if (one.property == finding.property) return Comparison::same;
  }
  if (result.mark == Mark::fail) return Comparison::different;
  return result.mark == Mark::vacuous ? Comparison::vacuous : Comparison::gone;
}

std::string in_words(Comparison comparison, const Finding& finding, const check::History& history) {
  const std::string first = verdict(comparison, finding.property);
  if (hex(history.hash()) == finding.hash)
    return wrap("", first + (comparison == Comparison::same ? ", in the very same run" : ""));
  return wrap("", first + (comparison == Comparison::same ? ", in a run that differs" : "")) +
         where(finding, history);
}

std::string in_words(const std::vector<LostDecision>& lost, bool lenient) {
  std::string text;
  for (const LostDecision& one : lost) {
    text +=
        "  " + one.decision.at +
        (one.taken == 0 ? fmt::format(" = {} is no longer asked\n", one.decision.answer)
                        : fmt::format(" = {} has become {}, the last answer that there is now\n",
                                      one.decision.answer, one.taken));
  }
  const std::string many = count(lost.size(), "decision");
  const std::string are = lost.size() == 1 ? "is" : "are";
  if (lenient)
    return fmt::format("Without {} that {} not taken as in the file:\n", many, are) + text;
  return fmt::format("{}: {} of the file {} not taken in this run\n",
                     styled(Style::red, "different"), many, are) +
         text + "--lenient judges the run without.\n";
}

ExitCode exit_code(Comparison comparison) {
  return comparison == Comparison::same   ? ExitCode::failed
         : comparison == Comparison::gone ? ExitCode::fine
                                          : ExitCode::undecided;
}

}  // namespace castaway::ci
