#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/breaks.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind never_arrived{"a reply accepted, and never arrived"};

/// What became of one call so far.
struct Call {
  EventIndex accepted = no_event;  ///< the first reply that a queue got while the call waited
  EventIndex arrived = no_event;   ///< the first that came to its client after that
  EventIndex strayed = no_event;   ///< one that came to another client
  EventIndex done = no_event;
  bool damaged = false;  ///< by a fault, which may have changed where the reply goes
};

/// A reply that is longer than this on its way was held up by something.
constexpr Duration longest_way = 1s;

/// Takes note of what event `i` says of the call.
void note(Call& call, const Event& event, EventIndex i, Symbol client) {
  switch (event.kind) {
    case EventKind::reply_accept:
      if (event.detail != Detail::unroutable && call.done == no_event)
        call.accepted = std::min(call.accepted, i);
      break;
    case EventKind::reply_arrive:
      if (event.actor == client) {
        call.arrived = std::min(call.arrived, i);
      } else {
        call.strayed = std::min(call.strayed, i);
      }
      break;
    case EventKind::fault:
      call.damaged = call.damaged || event.detail == Detail::damage;
      break;
    default:
      if (is_completion(event.kind)) call.done = std::min(call.done, i);
  }
}

/// Which clients had a message diverted on its way to them, by a fault that struck once a server
/// had got the request; or one that was made by hand. A frame that is lost or late holds up those
/// behind it.
std::vector<bool> held_up(const History& history, const Invocations& invocations) {
  std::vector<bool> held(history.symbols());
  std::vector<bool> delivered(history.symbols());
  std::map<Symbol, EventIndex> made;  // by hand: the invoke of the call that it answers
  for (const Event& event : history.events()) {
    if (event.kind == EventKind::deliver) delivered[event.op] = true;
    if (event.kind == EventKind::inject) made[event.op] = event.cause;
    if (event.kind != EventKind::fault || !diverts(event.detail)) continue;
    const Event* const invoke = invocations.find(event.op);
    const auto by_hand = made.find(event.op);
    if (invoke != nullptr && delivered[event.op]) held[invoke->actor] = true;
    if (by_hand == made.end()) continue;
    if (by_hand->second == no_event) return std::vector<bool>(history.symbols(), true);
    held[history[by_hand->second].actor] = true;
  }
  return held;
}

/// Whether a connection of the client had broken, and had not been opened again under its name,
/// when the reply was accepted.
bool is_cut_off(const History& history, Symbol client, EventIndex accepted) {
  std::set<Symbol> down;
  for (EventIndex i = 0; i < accepted; ++i) {
    const Event& event = history[i];
    if (event.kind != EventKind::link || event.actor != client) continue;
    if (is_broken_link(event)) down.insert(event.name);
    if (event.detail != Detail::opened) continue;
    down.erase(event.name);
    down.erase(0);  // all were cut at once, without a name
  }
  return !down.empty();
}

/// Whether the broker may have sent it to a connection that was cut before, and that it took for
/// alive then.
bool is_stale(const Event& cut, const Event& accept) {
  return cut.detail == Detail::cut && cut.length > Duration::zero() &&
         accept.at <= deadline_after(cut.at, cut.length);
}

/// Whether something that happened after the invoke, or to the broker after the accept, may have
/// lost the reply.
bool is_lost(const History& history, EventIndex invoked, EventIndex accepted) {
  const Symbol client = history[invoked].actor;
  const std::vector<Event>& events = history.events();
  Duration way = longest_way + history.slack;
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (loses_messages(event) && !history.surely_before(i, accepted)) return true;
    if (event.actor != client) continue;
    if (is_stale(event, history[accepted])) return true;
    if (history.surely_before(i, invoked)) continue;
    if (is_break(event)) return true;
    // It reads nothing meanwhile.
    if (event.detail == Detail::paused) way += event.length;
    // A client that has its answer, or waits no longer, may go while the reply is on its way.
    if (event.detail == Detail::closed && event.at <= deadline_after(history[accepted].at, way))
      return true;
  }
  return false;
}

Violation violation(const History& history, EventIndex invoked, const Call& call) {
  const Event& invoke = history[invoked];
  Violation violation{
      .op = std::string(history.text(invoke.op)),
      .breach = {.kind = never_arrived},
      .what = fmt::format("The reply to the {} was accepted by the broker, and never reached {}.",
                          title(history, invoke.op, invoke.operation),
                          who(history, invoke.actor, "its client")),
      .steps = {{invoked, in_words(history, invoke)},
                {call.accepted, in_words(history, history[call.accepted])}},
      .law =
          "A reply that the broker puts into a queue while its call waits reaches the client, "
          "unless a fault takes it away or something breaks."};
  if (call.strayed != no_event)
    violation.steps.push_back({call.strayed, in_words(history, history[call.strayed])});
  if (call.done != no_event)
    violation.steps.push_back({call.done, in_words(history, history[call.done])});
  const auto end = static_cast<EventIndex>(history.events().size() - 1);
  violation.steps.push_back({end, "the run ended, and nothing was left that could happen"});
  sort(violation.steps);
  return violation;
}

}  // namespace

Verdict reply_arrives(const History& history) {
  Verdict verdict{.law = "reply-arrives"};
  if (!is_whole(history)) {
    verdict.vacuous_because = why_not_whole(history);
    return verdict;
  }
  const Invocations invocations(history);
  const std::vector<bool> held = held_up(history, invocations);
  Horizon horizon(history, invocations);
  std::vector<Call> calls(history.symbols());
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event* const invoke = invocations.find(events[i].op);
    if (invoke != nullptr && invoke->operation == OperationKind::call)
      note(calls[events[i].op], events[i], i, invoke->actor);
  }
  for (Symbol op = 1; op < history.symbols(); ++op) {
    const Call& call = calls[op];
    // A reply to one attempt of an application may find the next.
    if (call.accepted == no_event || horizon.misses(op) || invocations.attempts(op) > 1) continue;
    if (call.arrived == no_event) {
      const bool waited = call.done == no_event || history.surely_before(call.accepted, call.done);
      if (!waited || call.damaged || held[invocations.find(op)->actor] ||
          is_cut_off(history, invocations.find(op)->actor, call.accepted) ||
          is_lost(history, invocations.index(op), call.accepted))
        continue;
    }
    ++verdict.judged;
    if (call.arrived == no_event)
      verdict.violations.push_back(violation(history, invocations.index(op), call));
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0)
    verdict.vacuous_because = "the broker put no reply into a queue while its call waited";
  return verdict;
}

Law reply_arrives_law() {
  return {
      .name = "reply-arrives",
      .statement = "A reply that the broker accepts reaches a caller that waits.",
      .verdict = reply_arrives,
      .needs = LawNeeds::calls,
      .at_end = true,
      .unobservable = "what a real broker accepts is not told",
  };
}

}  // namespace castaway::check
