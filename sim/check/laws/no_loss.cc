#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <utility>
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

constexpr BreachKind lost_request{"acknowledged, and never executed"};

/// From when to when a server was stopped.
struct Stop {
  EventIndex begin = no_event;
  EventIndex end = no_event;
};

/// What happened to those who take requests.
struct Servers {
  explicit Servers(const History& history)
      : trouble(history.symbols(), no_event),
        busy(history.symbols()),
        known_from(history.symbols(), history.begins_late() ? no_event : 0) {
    const std::vector<Event>& events = history.events();
    for (EventIndex i = 0; i < events.size(); ++i) {
      const Event& event = events[i];
      const bool killed = event.detail == Detail::killed;
      if (is_break(event)) trouble[event.actor] = i;
      if (killed) busy[event.actor] = 0;
      if (killed || event.detail == Detail::started)
        known_from[event.actor] = std::min(known_from[event.actor], i);
      if (event.kind == EventKind::execute) ++busy[event.actor];
      if (event.kind == EventKind::done && is_known(event.actor, i)) --busy[event.actor];
      if (event.detail == Detail::stopping) stops[event.actor].push_back({.begin = i});
      if (event.detail == Detail::serving && stops.contains(event.actor))
        stops[event.actor].back().end = i;
    }
  }

  /// Whether the server was killed or lost a connection after that, or is busy for ever.
  [[nodiscard]] bool failed(Symbol server, EventIndex since) const {
    return (trouble[server] != no_event && trouble[server] > since) || busy[server] > 0;
  }

  /// When the server stopped that acknowledged then: before that, if it has not started anew, or
  /// after it. no_event if it did not.
  [[nodiscard]] EventIndex stop(Symbol server, EventIndex ack) const {
    const auto found = stops.find(server);
    if (found == stops.end()) return no_event;
    const auto next =
        std::ranges::find_if(found->second, [ack](const Stop& stop) { return stop.end > ack; });
    return next == found->second.end() ? no_event : next->begin;
  }

  /// Whether the history shows all that the server was doing then. If it begins late, the server
  /// may be busy with an execution that began before.
  [[nodiscard]] bool is_known(Symbol server, EventIndex index) const {
    return known_from[server] <= index;
  }

  std::vector<EventIndex> trouble;  ///< the last time that it was killed or lost a connection
  std::vector<int> busy;            ///< executions that never ended: what is behind them may wait
  std::vector<EventIndex> known_from;
  std::map<Symbol, std::vector<Stop>> stops = {};  ///< in order
};

/// What became of requests.
class Requests {
 public:
  Requests(const History& history, const Invocations& invocations)
      : invocations_(invocations),
        kept_(history.symbols()),
        excused_(history.symbols()),
        claimed_(history.symbols()),
        late_(history.symbols()) {
    for (const Event& event : history.events()) {
      if (event.op == 0) continue;
      switch (event.kind) {
        case EventKind::execute:
        case EventKind::refuse:
        case EventKind::reply:  // who replied without an execution has refused it
          kept_[event.op] = true;
          if (is_fanout(event.op)) kept_by_.emplace(event.op, event.actor);
          break;
        case EventKind::fault:  // others take nothing away that was acknowledged
          if (event.detail == Detail::loss || event.detail == Detail::damage)
            excused_[event.op] = true;
          if (event.detail == Detail::lateness) late_[event.op] = true;
          break;
        case EventKind::note:
          if (event.detail == Detail::claim_refused) excused_[event.op] = true;
          if (event.detail == Detail::claim_granted) claimed_[event.op] = true;
          break;
        default:
          break;
      }
    }
  }

  [[nodiscard]] bool is_fanout(Symbol op) const { return invocations_.is_fanout(op); }
  /// Whether somebody executed it, or refused it; of a fanout, whether this server did.
  [[nodiscard]] bool is_kept(Symbol op, Symbol server) const {
    return is_fanout(op) ? kept_by_.contains({op, server}) : kept_[op];
  }
  /// Whether a fault destroyed one of its messages, another server had claimed it, or a claim to it
  /// came too late, perhaps, to be of use.
  [[nodiscard]] bool is_excused(Symbol op) const {
    return excused_[op] || (claimed_[op] && late_[op]);
  }

 private:
  const Invocations& invocations_;
  std::vector<bool> kept_;
  std::vector<bool> excused_;
  std::vector<bool> claimed_;
  std::vector<bool> late_;
  std::set<std::pair<Symbol, Symbol>> kept_by_;  ///< fanouts, and servers
};

/// The last delivery to the server before its ack; no_event if the history does not show it.
EventIndex delivery_before(const History& history, EventIndex ack) {
  for (EventIndex i = ack; i-- > 0;) {
    if (history[i].kind == EventKind::deliver && history[i].op == history[ack].op &&
        history[i].actor == history[ack].actor)
      return i;
  }
  return no_event;
}

Violation violation(const History& history, const Invocations& invocations, const Reasons& reasons,
                    EventIndex ack, EventIndex stop) {
  const Event& settle = history[ack];
  const std::string server = who(history, settle.actor, "a server");
  Violation violation{
      .op = std::string(history.text(settle.op)),
      .breach = {.kind = lost_request},
      .what = fmt::format("The {} was acknowledged by {}, and never executed.",
                          title(history, settle.op, invocations.kind(settle.op)), server)};
  for (const EventIndex step :
       {invocations.index(settle.op), delivery_before(history, ack), ack, stop}) {
    if (step != no_event) violation.steps.push_back({step, in_words(history, history[step])});
  }
  sort(violation.steps);
  add(violation, stop != no_event ? reasons.behind(stop) : reasons.no_further(settle.op, ack));
  violation.law =
      "What a server acknowledges it executes or refuses, unless it is killed or its connection "
      "breaks. Nobody else gets it any more.";
  return violation;
}

}  // namespace

Verdict no_loss(const History& history) {
  Verdict verdict{.law = "no-loss"};
  if (history.ending == Ending::cut) {
    verdict.vacuous_because = "the run was cut off";
    return verdict;
  }
  const Invocations invocations(history);
  const Servers servers(history);
  const Requests requests(history, invocations);
  std::vector<bool> judged(history.symbols());         // of several acks the first is enough,
  std::set<std::pair<Symbol, Symbol>> judged_of_each;  // of a fanout the first of each server
  Horizon horizon(history, invocations);
  std::optional<Reasons> made;
  const auto reasons = [&]() -> const Reasons& { return made ? *made : made.emplace(history); };
  std::map<std::pair<Symbol, Symbol>, EventIndex> delivered;  // the last, by request and server
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Symbol op = events[i].op, actor = events[i].actor;
    if (events[i].kind == EventKind::deliver) delivered[{op, actor}] = i;
    if (events[i].kind != EventKind::settle || events[i].detail != Detail::ack ||
        horizon.misses(op) || invocations.find(op) == nullptr || requests.is_excused(op) ||
        !servers.is_known(actor, i))
      continue;
    const auto delivery = delivered.find({op, actor});
    if (servers.failed(actor, delivery == delivered.end() ? i : delivery->second)) continue;
    // In a run that goes on, what was not executed may still be.
    const EventIndex stop = servers.stop(actor, i);
    if (history.ending != Ending::quiescent && stop == no_event) continue;
    if (requests.is_fanout(op) ? !judged_of_each.emplace(op, actor).second : judged[op]) continue;
    judged[op] = true;
    ++verdict.judged;
    if (!requests.is_kept(op, actor))
      verdict.violations.push_back(violation(history, invocations, reasons(), i, stop));
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) {
    verdict.vacuous_because =
        history.begins_late() ? "no server that was observed from its start acknowledged a request"
                              : "no server acknowledged a request without any trouble";
  }
  return verdict;
}

Law no_loss_law() {
  return {
      .name = "no-loss",
      .statement = "What a server acknowledges it executes or refuses, unless something breaks.",
      .verdict = no_loss,
      .needs = LawNeeds::executions,
      .at_end = true,
  };
}

}  // namespace castaway::check
