#include <string>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"

namespace castaway::check {

Verdict no_residue(const History& history) {
  Verdict verdict{.law = "no-residue"};
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind != EventKind::residue) continue;
    ++verdict.judged;
    if (event.copy == 0) continue;
    const std::string what =
        event.detail == 0 ? "something" : std::string(history.text(event.detail));
    Violation violation{.op = std::string(history.text(event.op))};
    violation.what =
        fmt::format("{} left at the end of the run: {}.",
                    event.copy == 1 ? "One was" : fmt::format("{} were", event.copy), what);
    if (event.cause != no_event)
      violation.steps.push_back({event.cause, in_words(history, history[event.cause])});
    violation.steps.push_back({i, in_words(history, event)});
    violation.law =
        fmt::format("Once all faults are over and all work is done, nothing is left. Of {}, {} {}.",
                    what, event.copy, event.copy == 1 ? "is" : "are");
    verdict.violations.push_back(std::move(violation));
  }
  if (verdict.judged == 0) verdict.vacuous_because = "nobody looked what was left in the end";
  return verdict;
}

}  // namespace castaway::check
