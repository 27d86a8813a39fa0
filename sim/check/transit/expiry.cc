#include <string>
#include <vector>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "argument/words.h"
#include "lookup/horizon.h"
#include "lookup/operations.h"

namespace castaway::check {

namespace {

constexpr BreachKind handed_out_late{"delivered after it had expired"};

/// An expiration is a number of milliseconds, rounded up.
constexpr Duration unit = 1ms;

/// A message that is longer than this on its way to a server was held up by something.
constexpr Duration longest_way = 1s;

/// A connection that is half open lets through nothing for so long, or less: then heartbeats have
/// noticed. Another connection of its process may be opened meanwhile.
constexpr Duration longest_half_open = 61s;

/// What became of one call so far.
struct Call {
  EventIndex accepted = no_event;  ///< the last time that the broker took charge of the request
  bool hit = false;                ///< a fault struck it
  bool judged = false;
};

/// What holds up what is on its way, so that it may come late to this process.
class HoldUps {
 public:
  explicit HoldUps(const History& history)
      : history_(history),
        last_(history.symbols(), no_event),
        stuck_(history.symbols()),
        half_open_(history.symbols(), no_event) {}

  void note(const Event& event, EventIndex index) {
    const bool half_open = event.detail == Detail::half_open ||
                           event.detail == Detail::half_open_to_broker ||
                           event.detail == Detail::half_open_from_broker;
    if (half_open) half_open_[event.actor] = index;
    if (event.detail == Detail::paused) stuck_[event.actor] = true;
    // What came while it was paused comes now.
    if (event.detail == Detail::resumed) last_[event.actor] = index;
    if (event.detail == Detail::resumed) stuck_[event.actor] = false;
    // It knows messages again that it had delivered.
    if (event.detail == Detail::forgot_acks) forgot_ = index;
    // What is late holds up what is behind it.
    if (event.kind == EventKind::fault && event.detail == Detail::lateness) late_ = true;
  }

  /// Whether there was one since the event of that index.
  [[nodiscard]] bool since(EventIndex index, Symbol process) const {
    const auto is_later = [index](EventIndex one) { return one != no_event && one > index; };
    const EventIndex half_open = half_open_[process];
    const bool is_half_open =
        half_open != no_event &&
        history_[index].at <= deadline_after(history_[half_open].at, longest_half_open);
    return late_ || is_half_open || stuck_[process] || is_later(last_[process]) ||
           is_later(forgot_);
  }

 private:
  const History& history_;
  std::vector<EventIndex> last_;       ///< by process
  std::vector<bool> stuck_;            ///< by process: paused
  std::vector<EventIndex> half_open_;  ///< by process: the last time
  EventIndex forgot_ = no_event;
  bool late_ = false;
};

/// When the request expires: so long after the broker took charge of it as its caller waits.
TimePoint expiry(const Event& invoke, const Event& accept) {
  return deadline_after(accept.at, invoke.deadline - invoke.at + unit);
}

Violation violation(const History& history, EventIndex invoked, EventIndex accepted,
                    EventIndex delivered) {
  const Event& invoke = history[invoked];
  const Event& delivery = history[delivered];
  const TimePoint expired = expiry(invoke, history[accepted]);
  Violation violation{
      .op = std::string(history.text(invoke.op)),
      .breach = {.kind = handed_out_late},
      .what =
          fmt::format("The {} was delivered to {} {} after it had expired.",
                      title(history, invoke.op, invoke.operation),
                      who(history, delivery.actor, "a server"), to_string(delivery.at - expired)),
      .steps = {{invoked, in_words(history, invoke)},
                {accepted, in_words(history, history[accepted])},
                {delivered, in_words(history, delivery)}},
      .law = fmt::format("A broker drops a call once its caller has waited as long as it means to. "
                         "This one waited {}.",
                         to_string(invoke.deadline - invoke.at))};
  sort(violation.steps);
  return violation;
}

}  // namespace

Verdict expiry(const History& history) {
  Verdict verdict{.law = "expiry"};
  if (history.begins_late()) {
    verdict.vacuous_because = why_not_whole(history);
    return verdict;
  }
  const Invocations invocations(history);
  Horizon horizon(history, invocations);
  HoldUps hold_ups(history);
  std::vector<Call> calls(history.symbols());
  const std::vector<Event>& events = history.events();
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    hold_ups.note(event, i);
    const Event* const invoke = invocations.find(event.op);
    if (invoke == nullptr || invoke->operation != OperationKind::call ||
        invoke->deadline == never || invocations.attempts(event.op) > 1)
      continue;
    Call& call = calls[event.op];
    if (event.kind == EventKind::accept) call.accepted = i;
    call.hit = call.hit || event.kind == EventKind::fault;
    if (event.kind != EventKind::deliver || call.accepted == no_event || call.hit ||
        hold_ups.since(call.accepted, event.actor) || horizon.misses(event.op))
      continue;
    if (!call.judged) ++verdict.judged;
    const TimePoint latest = deadline_after(
        deadline_after(expiry(*invoke, events[call.accepted]), longest_way + history.slack),
        history.skew_between(events[call.accepted], event));
    if (event.at <= latest) {
      call.judged = true;
      continue;
    }
    verdict.violations.push_back(violation(history, invocations.index(event.op), call.accepted, i));
    call = {.hit = true, .judged = true};  // once is enough
  }
  verdict.unseen = horizon.unseen();
  if (verdict.judged == 0) verdict.vacuous_because = "no call with a deadline was delivered";
  return verdict;
}

Law expiry_law() {
  return {
      .name = "expiry",
      .statement = "A call that has expired is not delivered any more.",
      .verdict = expiry,
      .needs = LawNeeds::calls,
      .unobservable = "what a real broker accepts is not told",
  };
}

}  // namespace castaway::check
