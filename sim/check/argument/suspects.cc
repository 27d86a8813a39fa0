#include "suspects.h"

#include <algorithm>
#include <set>
#include <string>
#include <utility>
#include <vector>

namespace castaway::check {

namespace {

/// A history without its suspect events.
struct Certain {
  History history;
  std::vector<EventIndex> original = {};  ///< of each event: its index in the whole history
};

Certain without_suspects(const History& whole) {
  Certain certain{.history = whole};
  certain.history.clear();
  std::vector<EventIndex> place(whole.events().size(), no_event);
  for (EventIndex i = 0; i < whole.events().size(); ++i) {
    Event event = whole[i];
    if (event.suspect) continue;
    if (event.cause != no_event) event.cause = place[event.cause];
    place[i] = certain.history.add(event);
    certain.original.push_back(i);
  }
  return certain;
}

std::set<std::string> operations_of(const std::vector<Violation>& violations) {
  std::set<std::string> operations;
  for (const Violation& violation : violations) operations.insert(violation.op);
  return operations;
}

}  // namespace

Verdict judge_twice(Verdict (*law)(const History&), const History& history) {
  Verdict whole = law(history);
  if (std::ranges::none_of(history.events(), &Event::suspect)) return whole;

  const Certain certain = without_suspects(history);
  Verdict verdict = law(certain.history);
  const std::set<std::string> with = operations_of(whole.violations);
  const std::set<std::string> without = operations_of(verdict.violations);
  const auto in_whole = [&](Violation& violation) {
    for (Step& step : violation.steps) {
      if (step.event != no_event) step.event = certain.original[step.event];
    }
  };
  for (Violation& suspect : verdict.suspects) in_whole(suspect);
  std::set<std::string> suspected = operations_of(verdict.suspects);
  std::vector<Violation> violations = std::exchange(verdict.violations, {});
  for (Violation& violation : violations) {
    in_whole(violation);
    (with.contains(violation.op) ? verdict.violations : verdict.suspects)
        .push_back(std::move(violation));
  }
  for (std::vector<Violation>* more : {&whole.violations, &whole.suspects}) {
    for (Violation& violation : *more) {
      if (without.contains(violation.op) || !suspected.insert(violation.op).second) continue;
      verdict.suspects.push_back(std::move(violation));
    }
  }
  return verdict;
}

}  // namespace castaway::check
