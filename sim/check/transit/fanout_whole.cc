#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/breaks.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

/// What a server has acknowledged and lost never runs.
constexpr std::array<std::string_view, 1> roots = {"no-loss"};

constexpr BreachKind missed{"a fanout that a server missed"};

/// A server that has served since then, without a break, until the end.
struct Server {
  EventIndex serving = no_event;
  int running = 0;  ///< executions that never ended
};

/// Topic and exchange.
using Address = std::pair<Symbol, Symbol>;

/// Who served in the end, and since when, and which fanouts ran where.
struct World {
  explicit World(const History& history) : hit(history.symbols()) {
    const std::vector<Event>& events = history.events();
    for (EventIndex i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      if (event.kind == EventKind::fault && event.op != 0 && diverts(event.detail))
        hit[event.op] = true;
      if (event.kind == EventKind::execute || event.kind == EventKind::refuse ||
          event.kind == EventKind::reply)
        ran.emplace(event.op, event.actor);
      if (event.kind == EventKind::execute) ++servers[event.actor].running;
      if (event.kind == EventKind::done) --servers[event.actor].running;
      if (loses_messages(event)) broker = i;
      if (event.kind == EventKind::process && event.detail == Detail::serving && event.topic != 0)
        servers[event.actor].serving = i;
      if (event.detail == Detail::stopping || is_break(event))
        servers[event.actor].serving = no_event;
      if (event.detail == Detail::killed) servers[event.actor].running = 0;
    }
    for (const auto& [name, server] : servers) {
      if (server.serving == no_event || server.running > 0) continue;
      const Event& event = events[server.serving];
      at[{event.topic, event.name}].push_back(server.serving);
    }
  }

  std::vector<bool> hit;                               ///< by operation: a fault diverted it
  std::set<std::pair<Symbol, Symbol>> ran = {};        ///< operations, and servers
  std::map<Symbol, Server> servers = {};               ///< all processes
  std::map<Address, std::vector<EventIndex>> at = {};  ///< when each of its servers began
  EventIndex broker = no_event;                        ///< the last time that it lost something
};

Violation violation(const History& history, EventIndex invoked, EventIndex accepted,
                    EventIndex serving) {
  const Event& invoke = history[invoked];
  const auto end = static_cast<EventIndex>(history.events().size() - 1);
  Violation violation{
      .op = std::string(history.text(invoke.op)),
      .breach = {.kind = missed},
      .what = fmt::format("The {} was accepted by the broker, and never executed by {}.",
                          title(history, invoke.op, invoke.operation),
                          who(history, history[serving].actor, "one of its servers")),
      .steps = {{serving, in_words(history, history[serving])},
                {invoked, in_words(history, invoke)},
                {accepted, in_words(history, history[accepted])},
                {end, "the run ended, and nothing was left that could happen"}},
      .law =
          "A fanout that the broker accepts is executed or refused by each server of its topic "
          "that serves before it and until the end, unless something breaks."};
  sort(violation.steps);
  return violation;
}

}  // namespace

Verdict fanout_whole(const History& history) {
  Verdict verdict{.law = "fanout-whole"};
  if (!is_whole(history)) {
    verdict.vacuous_because = why_not_whole(history);
    return verdict;
  }
  const Invocations invocations(history);
  const World world(history);
  std::vector<EventIndex> accepted(history.symbols(), no_event);
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    if (events[i].kind == EventKind::accept)
      accepted[events[i].op] = std::min(accepted[events[i].op], i);
  }
  for (Symbol op = 1; op < history.symbols(); ++op) {
    const EventIndex invoke = invocations.index(op);
    if (invoke == no_event || events[invoke].operation != OperationKind::fanout ||
        accepted[op] == no_event || world.hit[op])
      continue;
    const auto servers = world.at.find({events[invoke].topic, events[invoke].name});
    if (servers == world.at.end()) continue;
    for (const EventIndex serving : servers->second) {
      const bool excused =
          !history.surely_before(serving, invoke) ||
          (world.broker != no_event && !history.surely_before(world.broker, serving));
      if (excused) continue;
      ++verdict.judged;
      if (!world.ran.contains({op, events[serving].actor}))
        verdict.violations.push_back(violation(history, invoke, accepted[op], serving));
    }
  }
  if (verdict.judged == 0)
    verdict.vacuous_because = "no server that says its topic served a fanout without any trouble";
  return verdict;
}

Law fanout_whole_law() {
  return {
      .name = "fanout-whole",
      .statement = "A fanout runs on every server that serves its topic, unless something breaks.",
      .verdict = fanout_whole,
      .needs = LawNeeds::executions,
      .at_end = true,
      .unobservable = "what a real broker accepts is not told",
      .roots = roots,
  };
}

}  // namespace castaway::check
