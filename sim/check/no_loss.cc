#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "operations.h"
#include "words.h"

namespace castaway::check {

namespace {

bool says(const History& history, const Event& event, std::string_view what) {
  return event.kind == EventKind::process && history.text(event.detail).starts_with(what);
}

/// Whether a connection broke; one that was closed in order broke nothing.
bool is_break(const History& history, const Event& event) {
  if (event.kind != EventKind::link) return false;
  const std::string_view detail = history.text(event.detail);
  if (detail.ends_with("closed: done")) return false;
  return detail.starts_with("cut") || detail.starts_with("half open") ||
         detail.find("closed") != detail.npos;
}

/// What became of requests, and what happened to those who took them.
class Keeping {
 public:
  explicit Keeping(const History& history) : history_(history), delivered_(history.symbols()) {
    const std::vector<Event>& events = history.events();
    for (EventIndex i = 0; i < events.size(); ++i) note(i, events[i]);
  }

  /// Whether somebody executed it, or refused it; of a fanout, whether this server did.
  [[nodiscard]] bool is_kept(Symbol op, Symbol server, bool by_each) const {
    const auto found = kept_by_.find(op);
    return found != kept_by_.end() && (!by_each || found->second.contains(server));
  }

  /// Whether what went wrong is reason enough: with the request itself, or with a server after it
  /// had got it.
  [[nodiscard]] bool is_excused(Symbol op) const {
    if (hit_.contains(op)) return true;
    return std::ranges::any_of(delivered_[op], [this](EventIndex delivery) {
      const Symbol server = history_[delivery].actor;
      return server == 0 || happened_after(trouble_, server, delivery) || busy(server) > 0;
    });
  }

  /// When the server stopped that acknowledged then: before that, if it has not started anew, or
  /// after it. no_event if it did not.
  [[nodiscard]] EventIndex stop(Symbol server, EventIndex ack) const {
    const auto found = stops_.find(server);
    if (found == stops_.end()) return no_event;
    const auto next =
        std::ranges::find_if(found->second, [ack](const Stop& stop) { return stop.end > ack; });
    return next == found->second.end() ? no_event : next->begin;
  }

  /// The last delivery to the server before that; no_event if the history does not show it.
  [[nodiscard]] EventIndex delivery(Symbol op, Symbol server, EventIndex end) const {
    EventIndex last = no_event;
    for (const EventIndex delivery : delivered_[op]) {
      if (delivery < end && history_[delivery].actor == server) last = delivery;
    }
    return last;
  }

 private:
  using Last = std::map<Symbol, EventIndex>;  ///< by process: the last time
  /// From when to when a server was stopped.
  struct Stop {
    EventIndex begin = no_event;
    EventIndex end = no_event;
  };

  void note(EventIndex index, const Event& event) {
    if (event.kind == EventKind::fault && event.op != 0) hit_.insert(event.op);
    if (event.kind == EventKind::deliver && event.op != 0) delivered_[event.op].push_back(index);
    if (event.kind == EventKind::execute) {
      kept_by_[event.op].insert(event.actor);
      ++busy_[event.actor];
    }
    if (event.kind == EventKind::done) --busy_[event.actor];
    // Who replied without an execution has refused it.
    if (event.kind == EventKind::refuse || event.kind == EventKind::reply)
      kept_by_[event.op].insert(event.actor);
    if (says(history_, event, "stopping")) stops_[event.actor].push_back({.begin = index});
    if (says(history_, event, "serving") && stops_.contains(event.actor))
      stops_[event.actor].back().end = index;
    if (says(history_, event, "killed") || is_break(history_, event)) trouble_[event.actor] = index;
    if (says(history_, event, "killed")) busy_[event.actor] = 0;
  }

  [[nodiscard]] static bool happened_after(const Last& last, Symbol process, EventIndex index) {
    const auto found = last.find(process);
    return found != last.end() && found->second > index;
  }

  /// Executions that never ended. What is behind them may wait for ever.
  [[nodiscard]] int busy(Symbol server) const {
    const auto found = busy_.find(server);
    return found == busy_.end() ? 0 : found->second;
  }

  const History& history_;
  std::vector<std::vector<EventIndex>> delivered_;  ///< by operation
  std::map<Symbol, std::set<Symbol>> kept_by_;      ///< by operation: servers
  std::set<Symbol> hit_;                            ///< by a fault
  std::map<Symbol, std::vector<Stop>> stops_;       ///< by server, in order
  Last trouble_;
  std::map<Symbol, int> busy_;
};

Violation violation(const History& history, const Invocations& invocations, const Keeping& keeping,
                    EventIndex ack) {
  const Event& settle = history[ack];
  const std::string server = who(history, settle.actor, "a server");
  Violation violation{
      .op = std::string(history.text(settle.op)),
      .what = fmt::format("The {} was acknowledged by {}, and never executed.",
                          title(history, settle.op, invocations.kind(settle.op)), server)};
  const EventIndex stop = keeping.stop(settle.actor, ack);
  for (const EventIndex step :
       {invocations.index(settle.op), keeping.delivery(settle.op, settle.actor, ack), ack, stop}) {
    if (step != no_event) violation.steps.push_back({step, in_words(history, history[step])});
  }
  sort(violation.steps);
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
  const Keeping keeping(history);
  std::set<std::pair<Symbol, Symbol>> seen;  // of several acks the first is enough
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind != EventKind::settle || history.text(event.detail) != "ack" ||
        invocations.find(event.op) == nullptr)
      continue;
    // In a run that goes on, what was not executed may still be.
    const bool over =
        history.ending == Ending::quiescent || keeping.stop(event.actor, i) != no_event;
    if (!over || keeping.is_excused(event.op)) continue;
    if (!seen.emplace(event.op, event.actor).second) continue;
    ++verdict.judged;
    const bool by_each = invocations.kind(event.op) == OperationKind::fanout;
    if (!keeping.is_kept(event.op, event.actor, by_each))
      verdict.violations.push_back(violation(history, invocations, keeping, i));
  }
  if (verdict.judged == 0)
    verdict.vacuous_because = "no server acknowledged a request without any trouble";
  return verdict;
}

}  // namespace castaway::check
