#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/copies.h"
#include "argument/wire_only.h"
#include "argument/words.h"
#include "lookup/hand_made.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"
#include "reasons/reasons.h"

namespace castaway::check {

namespace {

constexpr BreachKind executed_again{"executed again"};
constexpr BreachKind executed_elsewhere{"executed by several servers"};

/// All executions of an operation, or of a fanout by one server, if there is more than one.
using Repeats = std::map<std::pair<Symbol, Symbol>, std::vector<EventIndex>>;

struct Found {
  std::size_t judged = 0;
  std::size_t unseen = 0;
  Repeats repeats = {};
};

/// Operations whose invoke may be missing, so that each may be a fanout. One that has a reply is a
/// call. Empty if every invoke is in the history that there was.
std::vector<bool> possible_fanouts(const History& history, const Invocations& invocations,
                                   const Horizon& horizon) {
  if (!horizon.hides_invokes()) return {};
  std::vector<bool> possible(history.symbols());
  for (Symbol op = 1; op < history.symbols(); ++op)
    possible[op] = invocations.index(op) == no_event;
  for (const Event& event : history.events()) {
    if (event.kind == EventKind::reply || event.kind == EventKind::reply_accept ||
        event.kind == EventKind::reply_arrive)
      possible[event.op] = false;
  }
  return possible;
}

/// How often an operation may be executed: once for each attempt of its application.
std::size_t allowed(const Invocations& invocations, const Horizon& horizon, Symbol op) {
  const Event* invoke = invocations.find(op);
  const bool had_attempts = invoke != nullptr && invoke->attempt > 1 && horizon.began_before(op);
  return invocations.attempts(op) + (had_attempts ? invoke->attempt - 1 : 0);
}

Found find_repeats(const History& history, const Invocations& invocations) {
  Found found;
  const HandMade hand_made(history);
  Horizon horizon(history, invocations);
  const std::vector<bool> perhaps_fanout = possible_fanouts(history, invocations, horizon);
  std::vector<EventIndex> firsts(history.symbols(), no_event);
  std::map<std::pair<Symbol, Symbol>, EventIndex> fanout_firsts;
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind != EventKind::execute || event.op == 0 || hand_made.is(event.op)) continue;
    horizon.misses(event.op);
    const bool fanout =
        invocations.is_fanout(event.op) || (!perhaps_fanout.empty() && perhaps_fanout[event.op]);
    const std::pair key(event.op, fanout ? event.actor : 0);
    EventIndex& first =
        fanout ? fanout_firsts.try_emplace(key, no_event).first->second : firsts[event.op];
    if (first == no_event) {
      first = i;
      ++found.judged;
      continue;
    }
    std::vector<EventIndex>& executions = found.repeats[key];
    if (executions.empty()) executions.push_back(first);
    executions.push_back(i);
  }
  std::erase_if(found.repeats, [&](const auto& repeat) {
    return repeat.second.size() <= allowed(invocations, horizon, repeat.first.first);
  });
  found.unseen = horizon.unseen();
  return found;
}

/// " by s1", ", by s1 and s2", ", by s1, s2 and 7 more"
std::string by_whom(const History& history, const std::vector<EventIndex>& executions) {
  std::vector<std::string> servers;
  std::set<Symbol> seen;
  for (const EventIndex i : executions) {
    if (seen.insert(history[i].actor).second) {
      servers.push_back(who(history, history[i].actor, "a server"));
    }
  }
  if (servers.size() > 3) {
    const std::size_t more = servers.size() - 2;
    servers.resize(2);
    servers.push_back(fmt::format("{} more", more));
  }
  return (servers.size() == 1 ? " by " : ", by ") + listed(servers);
}

/// ", by all servers together": who may execute it once, and how often it was asked for.
std::string scope(const History& history, OperationKind kind, std::size_t attempts,
                  const std::vector<EventIndex>& executions) {
  std::string each = attempts > 1 ? fmt::format(" for each of its {} attempts", attempts) : "";
  if (kind == OperationKind::fanout) return each + " by each server.";
  const bool by_one = history[executions[0]].actor == history[executions[1]].actor;
  return each + (by_one ? "." : ", by all servers together.");
}

Violation violation(const History& history, const Deliveries& deliveries, const Reasons& reasons,
                    OperationKind kind, std::size_t attempts,
                    const std::vector<EventIndex>& executions) {
  const Symbol op = history[executions[0]].op;
  CopyArgument argument = argue(deliveries, executions[0], executions[1]);
  if (executions.size() > 2) {
    argument.steps.push_back(
        {executions.back(), fmt::format("{} executed {} once more: {} in all",
                                        who(history, history[executions.back()].actor, "a server"),
                                        name(history, op), times(executions.size()))});
  }
  const bool by_one = std::ranges::all_of(
      executions, [&](EventIndex i) { return history[i].actor == history[executions[0]].actor; });
  Violation violation{
      .op = std::string(history.text(op)),
      .breach = {.kind = by_one ? executed_again : executed_elsewhere},
      .what = fmt::format("The {} was executed {}{}.", title(history, op, kind),
                          times(executions.size()), by_whom(history, executions)),
      .steps = std::move(argument.steps),
      .law = fmt::format("{} may be executed at most once{} {}", any(kind),
                         scope(history, kind, attempts, executions), argument.number)};
  if (argument.second_delivery != no_event)
    add(violation, reasons.delivered_again(argument.second_delivery, argument.first_delivery));
  return violation;
}

}  // namespace

Verdict at_most_once(const History& history) {
  Verdict verdict{.law = "at-most-once"};
  if (is_wire_only(history)) {
    WireJudgement wire = judge_wire(history);
    verdict.judged = wire.judged;
    verdict.unseen = wire.unseen;
    verdict.violations = std::move(wire.violations);
    verdict.suspects = std::move(wire.suspects);
    if (wire.judged == 0) verdict.vacuous_because = "no operation was executed";
    return verdict;
  }
  const Invocations invocations(history);
  const Found found = find_repeats(history, invocations);
  verdict.judged = found.judged;
  verdict.unseen = found.unseen;
  if (found.judged == 0) verdict.vacuous_because = "no operation was executed";
  if (found.repeats.empty()) return verdict;

  std::set<Symbol> violated;
  std::vector<const std::vector<EventIndex>*> in_order;
  for (const auto& [key, executions] : found.repeats) {
    violated.insert(key.first);
    in_order.push_back(&executions);
  }
  std::sort(in_order.begin(), in_order.end(),
            [](const auto* left, const auto* right) { return (*left)[1] < (*right)[1]; });
  const Deliveries deliveries(history, violated);
  const Reasons reasons(history);
  for (const std::vector<EventIndex>* executions : in_order) {
    const Symbol op = history[executions->front()].op;
    verdict.violations.push_back(violation(history, deliveries, reasons, invocations.kind(op),
                                           invocations.attempts(op), *executions));
  }
  return verdict;
}

Law at_most_once_law() {
  return {
      .name = "at-most-once",
      .statement =
          "No operation is executed twice: a call or cast by all servers together, a fanout by "
          "each.",
      .verdict = at_most_once,
      .needs = LawNeeds::executions,
      .needs_invoke = false,
  };
}

}  // namespace castaway::check
