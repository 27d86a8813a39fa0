#include <string>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"
#include "reasons/reasons.h"

namespace castaway::check {

namespace {

constexpr BreachKind too_early{"too early"};
constexpr BreachKind too_late{"too late"};

/// Deadlines are integers; a client may count in ticks of one.
constexpr Duration tick{1};

/// When processes were held up: who was paused over a deadline cannot be blamed for missing it.
class Pauses {
 public:
  explicit Pauses(const History& history) : last_(history.symbols()) {}

  void note(const Event& event, EventIndex index) {
    if (event.detail == Detail::paused) last_[event.actor] = {.paused = index};
    if (event.detail == Detail::resumed) last_[event.actor].resumed = index;
  }

  /// Whether the process of `invoke` was paused since then, and not known to be up again by the
  /// deadline.
  [[nodiscard]] bool excuse(const History& history, const Event& invoke, EventIndex invoked) const {
    if (invoke.actor == 0) return false;
    const Pause& pause = last_[invoke.actor];
    if (pause.paused == no_event || pause.paused < invoked) return false;
    return pause.resumed == no_event || history[pause.resumed].at > invoke.deadline;
  }

 private:
  struct Pause {
    EventIndex paused = no_event;
    EventIndex resumed = no_event;
  };
  std::vector<Pause> last_;
};

struct Miss {
  EventIndex invoke = no_event;
  EventIndex completion = no_event;
  bool early = false;
};

Violation violation(const History& history, const Reasons& reasons, Miss miss) {
  const Event& completion = history[miss.completion];
  const Event& invoke = history[miss.invoke];
  const Duration off =
      miss.early ? earliest_timeout(invoke) - completion.at : completion.at - invoke.deadline;
  const std::string how_far =
      fmt::format("{} too {}", to_string(off), miss.early ? "early" : "late");
  Violation violation{
      .op = std::string(history.text(completion.op)),
      .breach = {.kind = miss.early ? too_early : too_late, .first = completion.kind}};
  violation.what = fmt::format("The {} {} {}.", title(history, completion.op, invoke.operation),
                               completed(completion.kind), how_far);
  violation.steps.push_back({miss.invoke, in_words(history, invoke)});
  violation.steps.push_back(
      {miss.completion, fmt::format("{}, {}", in_words(history, completion), how_far)});
  sort(violation.steps);
  if (!miss.early) add(violation, reasons.late(miss.completion, invoke));
  violation.law =
      miss.early
          ? fmt::format("A timeout comes no earlier than {}. It had waited {} of {}.",
                        invoke.monitor == Duration::zero() ? "the deadline" : "the monitor's",
                        to_string(between(invoke, completion)),
                        to_string(earliest_timeout(invoke) - invoke.at))
          : fmt::format("{} completes by its deadline, with a slack of {}. It took {} of {}.",
                        any(invoke.operation), to_string(history.slack),
                        to_string(between(invoke, completion)),
                        to_string(invoke.deadline - invoke.at));
  return violation;
}

}  // namespace

Verdict deadline(const History& history) {
  Verdict verdict{.law = "deadline"};
  const Invocations invocations(history);
  std::vector<EventIndex> latest(history.symbols(), no_event);  // attempt of each operation
  Pauses pauses(history);
  Horizon horizon(history, invocations);
  std::vector<Miss> misses;
  bool excused = false;
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    pauses.note(event, i);
    if (event.kind == EventKind::invoke) latest[event.op] = i;
    if (!is_completion(event.kind) || event.op == 0 || horizon.misses(event.op)) continue;
    const EventIndex invoked =
        latest[event.op] != no_event ? latest[event.op] : invocations.index(event.op);
    if (invoked == no_event) continue;
    const Event& invoke = history[invoked];
    if (invoke.deadline == never) continue;
    const Duration skew = history.skew_between(invoke, event);
    const bool early = event.kind == EventKind::timeout &&
                       deadline_after(event.at, skew) < earliest_timeout(invoke) - tick;
    const bool late =
        event.at > deadline_after(deadline_after(invoke.deadline, history.slack), skew);
    if (late && pauses.excuse(history, invoke, invoked)) {
      excused = true;
      continue;
    }
    ++verdict.judged;
    if (early || late) misses.push_back({invoked, i, early});
  }
  if (!misses.empty()) {
    const Reasons reasons(history);
    for (const Miss miss : misses) {
      verdict.violations.push_back(violation(history, reasons, miss));
    }
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) {
    verdict.vacuous_because =
        excused ? "whoever was late had been paused" : "no operation with a deadline completed";
  }
  return verdict;
}

Law deadline_law() {
  return {
      .name = "deadline",
      .statement =
          "A timeout comes neither early nor late, and nothing completes after its deadline.",
      .verdict = deadline,
  };
}

}  // namespace castaway::check
