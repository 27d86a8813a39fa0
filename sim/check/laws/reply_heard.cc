#include <algorithm>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/breaks.h"
#include "lookup/hand_made.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind not_heard{"a reply in time, and no answer"};

/// What became of one call so far.
struct Call {
  EventIndex arrived = no_event;  ///< the first reply, at its own client
  bool done = false;
};

/// What keeps a reply that arrived from being heard.
class Excuses {
 public:
  explicit Excuses(const History& history)
      : damaged_(history.symbols()), stricken_(history.symbols(), no_event) {
    const std::vector<Event>& events = history.events();
    for (EventIndex i = 0; i < events.size(); ++i) {
      if (events[i].detail == Detail::damage) damaged_[events[i].op] = true;
      if (is_broken_link(events[i])) breaks_[events[i].actor].push_back(i);
    }
  }

  /// Takes note of the next event.
  void note(const Event& event, EventIndex index) {
    if (event.detail == Detail::killed || event.detail == Detail::paused)
      stricken_[event.actor] = index;
  }

  /// Whether a connection of the client broke so soon after the arrival, within the history's
  /// slack, that nobody may have read what had arrived.
  [[nodiscard]] bool cut_at_once(const History& history, EventIndex arrival) const {
    const auto breaks = breaks_.find(history[arrival].actor);
    if (breaks == breaks_.end() || history.slack == Duration::zero()) return false;
    const auto next = std::ranges::upper_bound(breaks->second, arrival);
    return next != breaks->second.end() &&
           history[*next].at <= deadline_after(history[arrival].at, history.slack);
  }
  /// Whether one of the call's messages was damaged.
  [[nodiscard]] bool damaged(Symbol op) const { return damaged_[op]; }
  /// Whether the process was killed or paused after that event.
  [[nodiscard]] bool stricken_since(Symbol process, EventIndex index) const {
    return stricken_[process] != no_event && stricken_[process] > index;
  }

 private:
  std::vector<bool> damaged_;
  std::map<Symbol, std::vector<EventIndex>> breaks_;  ///< of connections, by process
  std::vector<EventIndex> stricken_;                  ///< by process: the last time so far
};

bool is_answer(EventKind kind) { return kind == EventKind::returned || kind == EventKind::error; }

Violation violation(const History& history, EventIndex invoked, EventIndex arrival,
                    EventIndex completion) {
  const Event& invoke = history[invoked];
  Violation violation{.op = std::string(history.text(invoke.op)),
                      .breach = {.kind = not_heard},
                      .steps = {{invoked, in_words(history, invoke)},
                                {arrival, in_words(history, history[arrival])}}};
  const std::string call = title(history, invoke.op, invoke.operation);
  if (completion == no_event) {
    violation.what = fmt::format("The {} never completed, though its reply had arrived.", call);
    const auto end = static_cast<EventIndex>(history.events().size() - 1);
    violation.steps.push_back({end, "the run ended, and nothing was left that could happen"});
    violation.law = "A reply that arrives while its call waits ends the call.";
    return violation;
  }
  const Event& end = history[completion];
  violation.breach.first = end.kind;
  violation.what =
      fmt::format("The {} {}, though its reply had arrived.", call, completed(end.kind));
  violation.steps.push_back({completion, in_words(history, end)});
  violation.law = fmt::format(
      "A reply that arrives while its call waits ends the call. This one came {} earlier.",
      to_string(between(history[arrival], end)));
  return violation;
}

}  // namespace

Verdict reply_heard(const History& history) {
  Verdict verdict{.law = "reply-heard"};
  const Invocations invocations(history);
  const HandMade hand_made(history);
  Excuses excuses(history);
  Horizon horizon(history, invocations);
  std::vector<Call> calls(history.symbols());
  const std::vector<Event>& events = history.events();
  const auto is_excused = [&](Symbol op, EventIndex end) {
    const EventIndex invoke = invocations.index(op);
    // At one instant either may come first: the reply, or what ended the call.
    const bool at_once =
        end < events.size() && !is_answer(events[end].kind) &&
        events[end].at <= deadline_after(events[calls[op].arrived].at, history.slack);
    return at_once || excuses.cut_at_once(history, calls[op].arrived) || excuses.damaged(op) ||
           hand_made.answered(op, end) || excuses.stricken_since(events[invoke].actor, invoke);
  };
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    excuses.note(event, i);
    const Event* const invoke = invocations.find(event.op);
    if (invoke == nullptr || invoke->operation != OperationKind::call ||
        invocations.index(event.op) > i)
      continue;
    // A reply to one attempt need not end the next.
    if (invocations.attempts(event.op) > 1) continue;
    Call& call = calls[event.op];
    const bool comes_home = event.kind == EventKind::reply_arrive && event.actor == invoke->actor;
    if (comes_home && call.arrived == no_event && !call.done) call.arrived = i;
    if (!is_completion(event.kind) || std::exchange(call.done, true) || call.arrived == no_event ||
        horizon.misses(event.op))
      continue;
    const bool heard = is_answer(event.kind);
    if (!heard && is_excused(event.op, i)) continue;
    ++verdict.judged;
    if (!heard)
      verdict.violations.push_back(
          violation(history, invocations.index(event.op), call.arrived, i));
  }
  for (Symbol op = 1; op < history.symbols() && history.ending == Ending::quiescent; ++op) {
    const Call& call = calls[op];
    if (call.arrived == no_event || call.done || horizon.misses(op) ||
        is_excused(op, static_cast<EventIndex>(events.size())))
      continue;
    ++verdict.judged;
    verdict.violations.push_back(violation(history, invocations.index(op), call.arrived, no_event));
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) verdict.vacuous_because = "no reply arrived while its call waited";
  return verdict;
}

Law reply_heard_law() {
  return {
      .name = "reply-heard",
      .statement = "A reply that arrives while its call waits ends the call.",
      .verdict = reply_heard,
      .needs = LawNeeds::calls,
  };
}

}  // namespace castaway::check
