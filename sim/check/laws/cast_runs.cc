#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/breaks.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"
#include "reasons/reasons.h"

namespace castaway::check {

namespace {

/// What a server has acknowledged and lost never runs.
constexpr std::array<std::string_view, 1> roots = {"no-loss"};

constexpr BreachKind never_ran{"accepted, and never executed"};

/// Whether a queue dropped a message for what its servers can do nothing about: it is full, or they
/// lost it too often since event `accepted`, the last time at `broke`. What else drops one is a
/// fault, or a change of the broker; or else the client asked for it, and should not have.
bool is_too_much(const History& history, const Event& event, EventIndex accepted,
                 EventIndex broke) {
  if (event.detail != Detail::dropped) return false;
  const std::string_view why = history.text(event.name);
  return why == "maxlen" ||
         (why == "delivery_limit" && broke != no_event && accepted != no_event && broke > accepted);
}

/// What the broker hands to such a connection, nobody sees come or go.
bool is_half_open(const Event& event) {
  return event.kind == EventKind::link &&
         (event.detail == Detail::half_open || event.detail == Detail::half_open_from_broker);
}

/// What went wrong, and who served in the end.
struct World {
  explicit World(const History& history)
      : hit(history.symbols()), ran(history.symbols()), trouble(history.symbols(), no_event) {
    const std::vector<Event>& events = history.events();
    std::vector<bool> serves(history.symbols());
    std::vector<bool> is_server(history.symbols());
    std::vector<bool> is_client(history.symbols());
    std::vector<int> running(history.symbols());
    std::vector<EventIndex> accepted(history.symbols(), no_event);
    EventIndex broke = no_event;  // the last time that a delivery may have been lost
    for (EventIndex i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      if (event.kind == EventKind::fault && event.op != 0 && diverts(event.detail))
        hit[event.op] = true;
      if (event.kind == EventKind::accept) accepted[event.op] = i;
      if (is_too_much(history, event, accepted[event.op], broke)) hit[event.op] = true;
      if (is_half_open(event) || is_break(event)) broke = i;
      if (event.kind == EventKind::execute || event.kind == EventKind::refuse ||
          event.kind == EventKind::reply)
        ran[event.op] = true;
      if (event.kind == EventKind::invoke) is_client[event.actor] = true;
      if (event.kind == EventKind::execute) ++running[event.actor];
      if (event.kind == EventKind::done) --running[event.actor];
      if (event.kind == EventKind::process && history.text(event.actor) == "broker") broker = i;
      if (event.kind != EventKind::process && event.kind != EventKind::link) continue;
      if (is_break(event)) trouble[event.actor] = i;
      // What the broker hands to a connection that is cut, nobody sees come or go.
      if (event.detail == Detail::cut && event.length > Duration::zero())
        stale_until = std::max(stale_until, deadline_after(event.at, event.length));
      if (event.detail == Detail::serving) serves[event.actor] = is_server[event.actor] = true;
      // One that was stopped before it served leaves a queue behind, too.
      if (event.detail == Detail::stopping) is_server[event.actor] = true;
      if (event.detail == Detail::stopping || event.detail == Detail::killed)
        serves[event.actor] = false;
      if (event.detail == Detail::killed) running[event.actor] = 0;
    }
    all_serve = std::ranges::count(is_server, true) > 0;
    for (Symbol actor = 1; actor < history.symbols(); ++actor) {
      // Whoever is killed before it serves may leave a queue behind.
      const bool may_serve = is_server[actor] || (trouble[actor] != no_event && !is_client[actor]);
      all_serve = all_serve && running[actor] <= 0 && (serves[actor] || !may_serve);
    }
  }

  std::vector<bool> hit;            ///< by operation: a fault or a full queue diverted it
  std::vector<bool> ran;            ///< or it was refused
  std::vector<EventIndex> trouble;  ///< by process: the last break
  EventIndex broker = no_event;     ///< the last that became of the broker
  TimePoint stale_until = {};       ///< until then it took a connection for alive that was cut
  bool all_serve = false;           ///< in the end every server served, and none was busy for ever
};

/// Where the operation got to.
struct Way {
  EventIndex accepted = no_event;
  EventIndex delivered = no_event;  ///< the last time
  bool troubled = false;            ///< a server that had got it broke
};

Violation violation(const History& history, const Invocations& invocations, const Reasons& reasons,
                    Symbol op, const Way& way) {
  const EventIndex invoke = invocations.index(op);
  const std::string_view what = way.delivered == no_event ? "delivered" : "executed";
  Violation violation{
      .op = std::string(history.text(op)),
      .breach = {.kind = never_ran},
      .what = fmt::format("The {} was accepted by the broker, and never {}.",
                          title(history, op, invocations.kind(op)), what),
      .steps = {{invoke, in_words(history, history[invoke])},
                {way.accepted, in_words(history, history[way.accepted])}},
      .law =
          "A cast that the broker accepts for a queue is executed or refused, unless a fault takes "
          "it away or something breaks."};
  if (way.delivered != no_event)
    violation.steps.push_back({way.delivered, in_words(history, history[way.delivered])});
  const auto end = static_cast<EventIndex>(history.events().size() - 1);
  violation.steps.push_back({end, "the run ended, and nothing was left that could happen"});
  sort(violation.steps);
  add(violation, reasons.no_further(op, end + 1));
  return violation;
}

}  // namespace

Verdict cast_runs(const History& history) {
  Verdict verdict{.law = "cast-runs"};
  if (!is_whole(history)) {
    verdict.vacuous_because = why_not_whole(history);
    return verdict;
  }
  const Invocations invocations(history);
  const World world(history);
  std::optional<Reasons> reasons;
  std::vector<Way> ways(history.symbols());
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    Way& way = ways[event.op];
    if (event.kind == EventKind::accept && event.detail != Detail::unroutable) way.accepted = i;
    if (event.kind != EventKind::deliver) continue;
    way.delivered = i;
    const EventIndex trouble = world.trouble[event.actor];
    way.troubled = way.troubled || (trouble != no_event && trouble > i);
  }
  for (Symbol op = 1; op < history.symbols(); ++op) {
    const EventIndex invoke = invocations.index(op);
    if (invoke == no_event || events[invoke].operation != OperationKind::cast ||
        ways[op].accepted == no_event)
      continue;
    // Of a history that begins late, it is not known who serves, and what broke before.
    const bool excused = history.begins_late() || world.hit[op] || ways[op].troubled ||
                         !world.all_serve || events[ways[op].accepted].at < world.stale_until ||
                         (world.broker != no_event && !history.surely_before(world.broker, invoke));
    if (!world.ran[op] && excused) continue;
    ++verdict.judged;
    if (world.ran[op]) continue;
    if (!reasons) reasons.emplace(history);
    verdict.violations.push_back(violation(history, invocations, *reasons, op, ways[op]));
  }
  if (verdict.judged == 0) verdict.vacuous_because = "no cast was accepted without any trouble";
  return verdict;
}

Law cast_runs_law() {
  return {
      .name = "cast-runs",
      .statement =
          "A cast that the broker accepts is executed or refused, unless something breaks.",
      .verdict = cast_runs,
      .needs = LawNeeds::executions,
      .at_end = true,
      .unobservable = "what a real broker accepts is not told",
      .roots = roots,
  };
}

}  // namespace castaway::check
