#include <algorithm>
#include <map>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"
#include "reasons/reasons.h"

namespace castaway::check {

namespace {

constexpr BreachKind completed_again{"completed again"};
constexpr BreachKind never_completed{"never completed"};

/// What the pass over the events finds out.
struct Completions {
  explicit Completions(const History& history)
      : first(history.symbols(), no_event), killed_at(history.symbols(), no_event) {
    const std::vector<Event>& events = history.events();
    for (EventIndex i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      if (event.detail == Detail::killed) {
        killed_at[event.actor] = i;
      }
      if (!is_completion(event.kind) || event.op == 0) continue;
      if (first[event.op] == no_event) {
        first[event.op] = i;
      } else {
        more[event.op].push_back(i);
      }
    }
  }

  [[nodiscard]] std::size_t number(Symbol op) const {
    if (first[op] == no_event) return 0;
    const auto found = more.find(op);
    return found == more.end() ? 1 : 1 + found->second.size();
  }

  std::vector<EventIndex> first;
  std::map<Symbol, std::vector<EventIndex>> more;
  std::vector<EventIndex> killed_at;  ///< by process: the last time it was killed
};

/// No confirm takes so long, and no outage that clients sit out. Casts of profile classic have no
/// deadline.
constexpr Duration long_enough = 1h;

/// Whether an operation that never completed should have. One whose process was killed cannot.
bool is_due(const History& history, const Completions& completions, EventIndex invoke) {
  const Event& event = history[invoke];
  const EventIndex killed = event.actor == 0 ? no_event : completions.killed_at[event.actor];
  if (killed != no_event && killed > invoke) return false;
  if (history.ending == Ending::quiescent || history.ending == Ending::livelock) return true;
  if (history.ending == Ending::cut) return false;
  const TimePoint deadline =
      event.deadline == never ? deadline_after(event.at, long_enough) : event.deadline;
  return history.end() >
         deadline_after(deadline_after(deadline, history.slack), history.skew_of(event.actor));
}

Violation twice(const History& history, const Invocations& invocations, EventIndex first,
                const std::vector<EventIndex>& more) {
  const Event& one = history[first];
  const Event& two = history[more[0]];
  const OperationKind kind = invocations.kind(one.op);
  Violation violation{.op = std::string(history.text(one.op)),
                      .breach = {.kind = completed_again, .first = one.kind, .second = two.kind}};
  violation.what =
      fmt::format("The {} completed {}: it {}, and then {}{}.", title(history, one.op, kind),
                  times(more.size() + 1), completed(one.kind), completed(two.kind),
                  one.kind == two.kind ? " again" : "");
  if (const Event* invoke = invocations.find(one.op); invoke != nullptr) {
    violation.steps.push_back({invocations.index(one.op), in_words(history, *invoke)});
  }
  violation.steps.push_back({first, in_words(history, one)});
  violation.steps.push_back({more[0], in_words(history, two)});
  if (more.size() > 1) {
    violation.steps.push_back({more.back(), in_words(history, history[more.back()])});
  }
  sort(violation.steps);
  violation.law =
      fmt::format("{} completes exactly once. The second completion came {} after the first.",
                  any(kind), to_string(between(one, two)));
  return violation;
}

Violation hang(const History& history, const Reasons& reasons, EventIndex invoked) {
  const Event& invoke = history[invoked];
  const EventIndex end = static_cast<EventIndex>(history.events().size() - 1);
  Violation violation{.op = std::string(history.text(invoke.op)),
                      .breach = {.kind = never_completed}};
  violation.what =
      fmt::format("The {} never completed.", title(history, invoke.op, invoke.operation));
  violation.steps.push_back({invoked, in_words(history, invoke)});
  const std::string_view how =
      history.ending == Ending::quiescent ? "the run ended, and nothing was left that could happen"
      : history.ending == Ending::livelock
          ? "time stood still: so much happened at one instant that it never went on"
          : "the run ended at its time limit";
  violation.steps.push_back({end, std::string(how)});
  add(violation, reasons.no_further(invoke.op, end + 1));
  const TimePoint over = std::max(history.end(), invoke.at);
  const bool overdue = invoke.deadline != never && invoke.deadline < over;
  violation.law = fmt::format(
      "{} completes exactly once. This one had waited {}{}.", any(invoke.operation),
      to_string(over - invoke.at),
      overdue ? fmt::format(", {} longer than it may", to_string(over - invoke.deadline)) : "");
  return violation;
}

}  // namespace

Verdict one_completion(const History& history) {
  Verdict verdict{.law = "one-completion"};
  const Invocations invocations(history);
  const Completions completions(history);
  Horizon horizon(history, invocations);

  std::vector<EventIndex> hanging;
  for (Symbol op = 1; op < history.symbols(); ++op) {
    const EventIndex invoke = invocations.last(op);
    const bool completes = completions.first[op] != no_event;
    // How often it had to complete, and did, is not known.
    if ((completes || invoke != no_event) && horizon.misses(op)) continue;
    const bool is_open = completions.number(op) < invocations.attempts(op);
    const bool hangs = is_open && invoke != no_event && is_due(history, completions, invoke);
    if (completes || hangs) ++verdict.judged;
    if (hangs) hanging.push_back(invoke);
  }
  for (const auto& [op, more] : completions.more) {
    if (horizon.began_before(op) || more.size() < invocations.attempts(op)) continue;
    verdict.violations.push_back(twice(history, invocations, completions.first[op], more));
  }
  if (!hanging.empty()) {
    std::sort(hanging.begin(), hanging.end());
    const Reasons reasons(history);
    for (const EventIndex invoke : hanging) {
      verdict.violations.push_back(hang(history, reasons, invoke));
    }
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) {
    verdict.vacuous_because = invocations.any()
                                  ? "no operation had to be completed when the run ended"
                                  : "no operation was invoked";
  }
  return verdict;
}

Law one_completion_law() {
  return {
      .name = "one-completion",
      .statement = "Every invoked operation completes exactly once.",
      .verdict = one_completion,
      .at_end = true,
  };
}

}  // namespace castaway::check
