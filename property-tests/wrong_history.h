#pragma once
// Wrong histories: what makes a history that keeps all laws wrong in one place, so that its law has
// to say so.

#include <algorithm>
#include <functional>
#include <initializer_list>
#include <set>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/check/laws.h"
#include "castaway/sim/decisions.h"

#include "scenario_property.h"

namespace castaway::property {

using check::Detail;
using check::Event;
using check::EventIndex;
using check::EventKind;
using check::History;
using check::OperationKind;

using Events = std::vector<Event>;

/// The same history with other events.
inline History with(const History& history, const Events& events) {
  History other;
  for (check::Symbol symbol = 1; symbol < history.symbols(); ++symbol)
    other.intern(history.text(symbol));
  other.ending = history.ending;
  other.slack = history.slack;
  other.quiet = history.quiet;
  other.recovery = history.recovery;
  for (const Event& event : events) other.add(event);
  return other;
}

/// What belongs to an operation that the script made: it has an invoke, of this kind.
inline OperationKind kind_of_operation(const History& history, check::Symbol op) {
  for (const Event& event : history.events()) {
    if (event.kind == EventKind::invoke && event.op == op) return event.operation;
  }
  return OperationKind::none;
}

inline bool has(const History& history, EventKind kind, check::Symbol op) {
  return std::ranges::any_of(
      history.events(), [&](const Event& event) { return event.kind == kind && event.op == op; });
}

/// Excused by some law, so that what is wrong there is wrong for nobody.
inline bool is_excused(const History& history) {
  return std::ranges::any_of(history.events(), [&](const Event& event) {
    if (event.kind == EventKind::inject) return true;
    if (event.kind != EventKind::process) return false;
    return event.detail == Detail::killed || event.detail == Detail::paused;
  });
}

struct Mistake {
  check::Verdict (*law)(const History&);
  std::function<bool(const History&, const Event&)> fits;  ///< an event that it can be made at
  std::function<void(Events&, EventIndex)> make;
};

/// Makes the mistake at an event chosen by the seed, in histories that excuse nobody.
inline void expect_noticed(const std::string& name, const Mistake& mistake) {
  for_all_scenarios("wrong-" + name, [&](const Case& run) -> Judgement {
    const History& history = run.outcome.history;
    if (is_excused(history)) return {};
    std::vector<EventIndex> places;
    for (EventIndex index = 0; index < history.events().size(); ++index) {
      if (mistake.fits(history, history[index])) places.push_back(index);
    }
    if (places.empty()) return {};
    const EventIndex place = places[sim::scaled(sim::keyed_hash(run.seed, "place"), places.size())];
    Events events = history.events();
    mistake.make(events, place);
    if (mistake.law(with(history, events)).violated()) return {.judged = 1};
    return {.wrong = "Nobody notices what was made wrong at " + describe(history, place)};
  });
}

inline bool is_cast(const History& history, const Event& event) {
  const OperationKind kind = kind_of_operation(history, event.op);
  return kind == OperationKind::cast || kind == OperationKind::fanout;
}

/// Makes notes of all that the operation has of these kinds.
inline void hide(Events& events, check::Symbol op, std::initializer_list<EventKind> kinds) {
  for (Event& event : events) {
    if (event.op == op && std::ranges::count(kinds, event.kind) > 0) event.kind = EventKind::note;
  }
}

/// Nothing struck, nothing broke, and who was stopped serves again.
inline bool is_calm(const History& history) {
  std::set<check::Symbol> stopped;
  for (const Event& event : history.events()) {
    const bool broke = event.kind == EventKind::link && event.detail != Detail::opened &&
                       event.detail != Detail::closed;
    if (event.kind == EventKind::fault || broke) return false;
    if (event.kind != EventKind::process) continue;
    if (event.detail == Detail::stopping) stopped.insert(event.actor);
    if (event.detail == Detail::serving) stopped.erase(event.actor);
  }
  return stopped.empty() && history.ending == check::Ending::quiescent;
}

}  // namespace castaway::property
