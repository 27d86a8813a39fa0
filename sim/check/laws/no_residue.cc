#include <string>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "reasons/reasons.h"

namespace castaway::check {

namespace {

constexpr BreachKind left_over{"left at the end"};

/// Whether a reply that is not settled came so late that nobody can have looked at it.
bool has_just_come(const History& history, const Event& residue) {
  return residue.detail == Detail::unsettled_replies && residue.cause != no_event &&
         residue.at <= deadline_after(history[residue.cause].at, history.slack) &&
         history.slack != Duration::zero();
}

}  // namespace

Verdict no_residue(const History& history) {
  Verdict verdict{.law = "no-residue"};
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind != EventKind::residue) continue;
    ++verdict.judged;
    if (event.copy == 0 || has_just_come(history, event)) continue;
    const std::string what = event.detail == Detail::none && event.text == 0
                                 ? "something"
                                 : detail_in_words(history, event);
    Violation violation{.op = std::string(history.text(event.op)),
                        .breach = {.kind = left_over, .detail = event.detail}};
    violation.what =
        fmt::format("{} left at the end of the run: {}.",
                    event.copy == 1 ? "One was" : fmt::format("{} were", event.copy), what);
    if (event.cause != no_event)
      violation.steps.push_back({event.cause, in_words(history, history[event.cause])});
    violation.steps.push_back({i, in_words(history, event)});
    if (const Symbol op = event.cause == no_event ? 0 : history[event.cause].op; op != 0)
      add(violation, Reasons(history).no_further(op, i));
    violation.law =
        fmt::format("Once all faults are over and all work is done, nothing is left. Of {}, {} {}.",
                    what, event.copy, event.copy == 1 ? "is" : "are");
    verdict.violations.push_back(std::move(violation));
  }
  if (verdict.judged == 0) verdict.vacuous_because = "nobody looked what was left in the end";
  return verdict;
}

Law no_residue_law() {
  return {
      .name = "no-residue",
      .statement = "At the end of a run no operation is pending and no delivery unacknowledged.",
      .verdict = no_residue,
      .needs_invoke = false,
      .quiet = true,
      .at_end = true,
      .unobservable = "what is left unacknowledged in a real broker is not told",
  };
}

}  // namespace castaway::check
