#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"
#include "reasons/reasons.h"

namespace castaway::check {

namespace {

constexpr BreachKind executed_late{"executed after a later operation had begun"};
constexpr BreachKind ended_late{"still executed when a later operation began"};

/// If results come only from executions, and an operation is executed once, then the order of a
/// task's calls follows from causality alone. So when it breaks, one of these was broken first.
constexpr std::array<std::string_view, 3> roots = {"at-most-once", "no-phantom", "own-reply"};

/// When an operation was executed, over all its executions.
struct Span {
  EventIndex completion = no_event;  ///< its first
  EventIndex first_begin = no_event;
  /// The last of their ends. An execution that never ends counts with its beginning: the process
  /// was killed, or the run was over, and what did not go on cannot overlap.
  EventIndex last_end = no_event;
  std::size_t executions = 0;
};

std::vector<Span> spans_of(const History& history) {
  std::vector<Span> spans(history.symbols());
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    Span& span = spans[events[i].op];
    const EventKind kind = events[i].kind;
    if (is_completion(kind) && span.completion == no_event) span.completion = i;
    if (kind == EventKind::execute) {
      if (span.first_begin == no_event) span.first_begin = i;
      ++span.executions;
    }
    if (kind == EventKind::execute || kind == EventKind::done) span.last_end = i;
  }
  return spans;
}

struct Overlap {
  Symbol call = 0;
  Symbol later = 0;
};

/// The event that shows it: another execution of the call after the later operation began, or the
/// end of one before.
EventIndex late_event(const History& history, const EventsByOperation& by_operation, Symbol call,
                      EventIndex begin) {
  EventIndex end = no_event;
  for (const EventIndex i : by_operation.of(call)) {
    if (i < begin) continue;
    if (history[i].kind == EventKind::execute) return i;
    if (history[i].kind == EventKind::done && end == no_event) end = i;
  }
  return end;
}

Violation violation(const History& history, const Invocations& invocations,
                    const EventsByOperation& by_operation, const Reasons& reasons,
                    const std::vector<Span>& spans, Overlap overlap) {
  const Event& later = *invocations.find(overlap.later);
  const Span& call = spans[overlap.call];
  const EventIndex begin = spans[overlap.later].first_begin;
  const EventIndex late = late_event(history, by_operation, overlap.call, begin);
  const std::string call_name = name(history, overlap.call);
  const std::string server = who(history, history[late].actor, "a server");
  const bool again = history[late].kind == EventKind::execute;

  Violation violation{
      .op = std::string(history.text(overlap.call)),
      .breach = {.kind = again ? executed_late : ended_late, .other = later.operation}};
  violation.what =
      fmt::format("The call \"{}\" {} after the {} had begun, which its task invoked later.",
                  call_name, again ? "was executed" : "was still being executed",
                  title(history, overlap.later, later.operation));
  violation.steps = {
      {call.completion, in_words(history, history[call.completion])},
      {invocations.index(overlap.later), in_words(history, later)},
      {begin, in_words(history, history[begin])},
      {late, again ? fmt::format("{} executed {} only now", server, call_name)
                   : fmt::format("{} ended its execution of {} only now", server, call_name)}};
  sort(violation.steps);
  const EventIndex delivery = history[late].cause;
  Reason reason;
  if (again && call.executions > 1 && delivery != no_event)
    reason = reasons.delivered_again(delivery);
  add(violation, reason.known() ? std::move(reason) : reasons.slow(late));
  violation.law = fmt::format(
      "Once a call has completed, no execution of it ends after a later operation of its task "
      "began. "
      "It was executed {}, and {} too late.",
      times(call.executions), to_string(between(history[begin], history[call.last_end])));
  return violation;
}

}  // namespace

Verdict task_order(const History& history) {
  Verdict verdict{.law = "task-order"};
  const Invocations invocations(history);
  const std::vector<Span> spans = spans_of(history);
  Horizon horizon(history, invocations);
  // Backwards: when a call's completion comes by, what its task invoked later has been seen, and
  // only the one that began first can matter.
  std::vector<Symbol> begun_first(history.symbols());
  std::vector<Overlap> overlaps;
  const std::vector<Event>& events = history.events();
  for (EventIndex i = static_cast<EventIndex>(events.size()); i-- > 0;) {
    const Event& event = events[i];
    if (event.kind == EventKind::invoke && event.task != 0 && invocations.index(event.op) == i) {
      if (horizon.misses(event.op)) continue;  // it may have been invoked before
      Symbol& first = begun_first[event.task];
      const EventIndex begin = spans[event.op].first_begin;
      if (begin != no_event && (first == 0 || begin < spans[first].first_begin)) first = event.op;
      continue;
    }
    const bool answer = event.kind == EventKind::returned || event.kind == EventKind::error;
    const Span& span = spans[event.op];
    if (!answer || span.completion != i || span.first_begin == no_event) continue;
    if (event.op != 0 && horizon.misses(event.op)) continue;
    const Event* invoke = invocations.find(event.op);
    if (invoke == nullptr || invocations.index(event.op) > i) continue;
    if (invoke->operation != OperationKind::call || invoke->task == 0) continue;
    const Symbol later = begun_first[invoke->task];
    if (later == 0) continue;
    ++verdict.judged;
    if (history.surely_before(spans[later].first_begin, span.last_end))
      overlaps.push_back({event.op, later});
  }
  if (!overlaps.empty()) {
    std::reverse(overlaps.begin(), overlaps.end());
    const EventsByOperation by_operation(history);
    const Reasons reasons(history);
    for (const Overlap overlap : overlaps) {
      verdict.violations.push_back(
          violation(history, invocations, by_operation, reasons, spans, overlap));
    }
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) {
    verdict.vacuous_because =
        "no task went on to an operation that was executed after a call had completed";
  }
  return verdict;
}

Law task_order_law() {
  return {
      .name = "task-order",
      .statement =
          "Once a call has completed, no execution of it ends after a later operation of its task "
          "began.",
      .verdict = task_order,
      .needs = LawNeeds::sequels,
      .roots = roots,
  };
}

}  // namespace castaway::check
