#include <algorithm>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/endings.h"
#include "lookup/hand_made.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind not_invoked{"executed, and never invoked"};
constexpr BreachKind invoked_later{"executed before it was invoked"};
constexpr BreachKind other_method{"executed with another method"};
constexpr BreachKind other_arguments{"executed with other arguments"};
constexpr BreachKind answered_early{"answered before an execution had ended"};

/// Through which doors the history was seen. Who saw no server cannot miss an execution.
struct Seen {
  explicit Seen(const History& history) {
    for (const Event& event : history.events()) {
      replies = replies || event.kind == EventKind::reply;
      endings = endings || event.kind == EventKind::done;
      servers = servers || event.kind == EventKind::accept || event.kind == EventKind::deliver ||
                event.kind == EventKind::settle || event.kind == EventKind::execute ||
                event.kind == EventKind::done || event.kind == EventKind::reply;
      executions = executions || event.kind == EventKind::execute;
    }
  }

  bool replies = false;
  bool endings = false;
  bool executions = false;
  bool servers = false;
};

struct Phantom {
  EventIndex index = no_event;
  BreachKind why = answered_early;
};

bool is_execution(const Phantom& phantom) { return phantom.why != answered_early; }

std::string why_vacuous(const Invocations& invocations, const Seen& seen) {
  if (!invocations.any()) return "no operation was invoked";
  if (!seen.servers) return "the history shows nothing of the servers";
  return "no operation was executed, and no call got an answer";
}

/// What is wrong with an execution; nothing if it was asked for.
std::optional<BreachKind> why_phantom(const History& history, const Invocations& invocations,
                                      EventIndex index) {
  const Event& execution = history[index];
  const Event* invoke = invocations.find(execution.op);
  // What was seen on the wire was asked for, though nobody has reported it, or only later.
  const bool is_seen = invocations.is_seen(execution.op);
  if (invoke == nullptr) return is_seen ? std::nullopt : std::optional(not_invoked);
  if (!is_seen && history.surely_before(index, invocations.index(execution.op)))
    return invoked_later;
  if (invoke->method != 0 && execution.method != 0 && invoke->method != execution.method)
    return other_method;
  if (invoke->digest != 0 && execution.digest != 0 && invoke->digest != execution.digest)
    return other_arguments;
  return std::nullopt;
}

/// Whether the history may have been cut between an execution and its invoke.
bool is_invoked_behind_end(const History& history, const Invocations& invocations,
                           EventIndex execution) {
  return invocations.find(history[execution].op) == nullptr &&
         may_be_behind_end(history, execution);
}

std::string_view in_words(BreachKind why) {
  if (why == not_invoked) return "nobody had asked for";
  if (why == invoked_later) return "was invoked only later";
  return why == other_method ? "was asked for with another method"
                             : "was asked for with other arguments";
}

Violation phantom_execution(const History& history, const Invocations& invocations,
                            const Phantom& phantom, std::string_view share) {
  const EventIndex index = phantom.index;
  const std::string_view why = in_words(phantom.why);
  const Event& event = history[index];
  const std::string server = who(history, event.actor, "a server");
  Violation violation{.op = std::string(history.text(event.op)), .breach = {.kind = phantom.why}};
  if (const Event* invoke = invocations.find(event.op); invoke != nullptr) {
    violation.what = fmt::format("{} executed the {}, which {}.", server,
                                 title(history, event.op, invoke->operation), why);
    violation.steps.push_back({invocations.index(event.op), in_words(history, *invoke)});
  } else {
    violation.what = fmt::format("{} executed {}, which {}.", server, name(history, event.op), why);
  }
  if (event.cause != no_event) {
    violation.steps.push_back({event.cause, in_words(history, history[event.cause])});
  }
  const std::string method =
      event.method == 0 ? "" : fmt::format(", method {}", history.text(event.method));
  violation.steps.push_back({index, in_words(history, event) + method});
  sort(violation.steps);
  violation.law = fmt::format(
      "Nothing is executed that was not asked for with the same method and arguments: {}.", share);
  return violation;
}

Violation phantom_result(const History& history, const Invocations& invocations,
                         const EventsByOperation& by_operation, EventIndex index) {
  const Event& event = history[index];
  Violation violation{.op = std::string(history.text(event.op)),
                      .breach = {.kind = answered_early, .first = event.kind}};
  violation.what =
      fmt::format("The {} {} before an execution of it had ended.",
                  title(history, event.op, OperationKind::call), completed(event.kind));
  violation.steps.push_back(
      {invocations.index(event.op), in_words(history, *invocations.find(event.op))});
  std::string number = "No execution of it ended in this run.";
  bool begun = false;
  for (const EventIndex i : by_operation.of(event.op)) {
    if (history[i].kind == EventKind::execute && !begun) {
      begun = true;
      violation.steps.push_back({i, in_words(history, history[i])});
    }
    if (history[i].kind == EventKind::done) {
      violation.steps.push_back({i, in_words(history, history[i])});
      number = fmt::format("The first ended {} later.", to_string(between(event, history[i])));
      break;
    }
  }
  violation.steps.push_back({index, in_words(history, event)});
  sort(violation.steps);
  violation.law = fmt::format(
      "A call completes with an answer only after an execution of it has ended. {}", number);
  return violation;
}

/// Whether an answer that a call completed with can have come from a server; nothing if the history
/// cannot tell.
std::optional<bool> is_answered(const Seen& seen, const Endings& endings, const Event& completion) {
  if (!seen.servers) return std::nullopt;
  // A log that has executions but not their ends has to do with what it has.
  const bool only_beginnings = seen.executions && !seen.endings;
  if (only_beginnings ? endings.executed(completion.op) : endings.ended(completion.op)) return true;
  if (completion.kind == EventKind::returned) return false;
  // An error may come without an execution: from a server that refused the request, which replied
  // all the same.
  if (!seen.replies || endings.refused(completion.op)) return std::nullopt;
  return false;
}

}  // namespace

Verdict no_phantom(const History& history) {
  Verdict verdict{.law = "no-phantom"};
  const Invocations invocations(history);
  const Seen seen(history);
  Endings endings(history);
  const HandMade hand_made(history);
  Horizon horizon(history, invocations);
  std::size_t executions = 0;
  std::vector<Phantom> phantoms;
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    endings.note(i);
    const bool execution = event.kind == EventKind::execute && !hand_made.is(event.op);
    const bool answer = event.kind == EventKind::returned || event.kind == EventKind::error;
    if ((execution || answer) && horizon.misses(event.op)) continue;
    if (execution && invocations.any() && !is_invoked_behind_end(history, invocations, i)) {
      ++executions;
      if (const auto why = why_phantom(history, invocations, i)) phantoms.push_back({i, *why});
    }
    if (!answer || invocations.kind(event.op) != OperationKind::call) continue;
    if (hand_made.answered(event.op, i)) continue;
    std::optional<bool> answered = is_answered(seen, endings, event);
    if (answered == false && endings.may_have_ended(event.op, i)) answered.reset();
    if (answered.has_value()) ++verdict.judged;
    if (answered == false) phantoms.push_back({i});
  }
  verdict.judged += executions;
  verdict.unseen = horizon.unseen();
  if (!phantoms.empty()) {
    const EventsByOperation by_operation(history);
    const auto number = std::ranges::count_if(phantoms, is_execution);
    for (const Phantom& phantom : phantoms) {
      verdict.violations.push_back(
          !is_execution(phantom) ? phantom_result(history, invocations, by_operation, phantom.index)
                                 : phantom_execution(history, invocations, phantom,
                                                     fmt::format("{} of {} {} not", number,
                                                                 count(executions, "execution"),
                                                                 number == 1 ? "was" : "were")));
    }
  }
  if (verdict.judged == 0) verdict.vacuous_because = why_vacuous(invocations, seen);
  return verdict;
}

Law no_phantom_law() {
  return {
      .name = "no-phantom",
      .statement =
          "Nothing is executed that was not asked for, and no call returns before an execution "
          "ended.",
      .verdict = no_phantom,
      .needs = LawNeeds::executions,
  };
}

}  // namespace castaway::check
