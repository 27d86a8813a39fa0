#include "copies.h"

#include <algorithm>

#include <fmt/format.h>

#include "words.h"

namespace castaway::check {

/// Two executions of an operation, and the deliveries that they answer to where the history has
/// any.
struct Copies::Pair {
  EventIndex first = no_event;
  EventIndex second = no_event;
  EventIndex first_delivery = no_event;
  EventIndex second_delivery = no_event;
  Symbol op = 0;
  Symbol first_server = 0;
  Symbol second_server = 0;

  [[nodiscard]] bool one_server() const { return first_server == second_server; }
  [[nodiscard]] bool delivered_twice() const {
    return second_delivery != no_event && second_delivery != first_delivery;
  }
};

/// Where the second copy came from: a step of the argument if there was an event for it.
struct Copies::Origin {
  std::optional<Step> step = {};
  std::string rule = {};  ///< the fault rule behind the delivery itself: "  [echo-late]"
  bool known = false;
};

namespace {

constexpr int longest_chain = 64;

bool starts_with_any(std::string_view text, std::initializer_list<std::string_view> beginnings) {
  return std::any_of(beginnings.begin(), beginnings.end(),
                     [&](std::string_view beginning) { return text.starts_with(beginning); });
}

bool is_trouble(const History& history, const Event& event) {
  const std::string_view detail = history.text(event.detail);
  return (event.kind == EventKind::link && starts_with_any(detail, {"closed"})) ||
         (event.kind == EventKind::process && starts_with_any(detail, {"killed"}));
}

bool is_return(const History& history, const Event& event) {
  return event.kind == EventKind::settle &&
         starts_with_any(history.text(event.detail), {"requeue", "reject"});
}

std::string tag(const History& history, const Event& fault) {
  return fmt::format("  [{}]", who(history, fault.actor, "a fault"));
}

}  // namespace

Copies::Copies(const History& history, const std::set<Symbol>& violated)
    : history_(history), by_operation_(history), ordinals_(history.events().size()) {
  const std::vector<Event>& events = history.events();
  std::vector<std::uint32_t> delivered(history.symbols());
  for (EventIndex i = 0; i < events.size(); ++i) {
    const Event& event = events[i];
    if (event.kind == EventKind::deliver) ordinals_[i] = ++delivered[event.actor];
    if (event.kind == EventKind::accept || event.kind == EventKind::confirm) broker_seen_ = true;
    if (event.kind == EventKind::settle) settles_seen_ = true;
    if (is_trouble(history, event)) troubles_[event.actor].push_back(i);
  }
  for (Symbol op = 1; op < history.symbols(); ++op) {
    if (!violated.contains(op)) survived(op);
  }
}

void Copies::survived(Symbol op) {
  const std::span<const EventIndex> events = by_operation_.of(op);
  const bool executed = std::any_of(events.begin(), events.end(), [&](EventIndex i) {
    return history_[i].kind == EventKind::execute;
  });
  if (!executed) return;
  std::map<Symbol, std::uint32_t> last;  // ordinal of the last delivery to a server
  for (const EventIndex i : events) {
    if (history_[i].kind != EventKind::deliver) continue;
    const auto [previous, first] = last.try_emplace(history_[i].actor, ordinals_[i]);
    if (first) continue;
    const std::uint32_t gap = ordinals_[i] - previous->second - 1;
    largest_gap_survived_ = std::max(largest_gap_survived_.value_or(0), gap);
    previous->second = ordinals_[i];
  }
}

EventIndex Copies::caused_by_delivery(EventIndex execution) const {
  const EventIndex cause = history_[execution].cause;
  const bool is_delivery = cause != no_event && history_[cause].kind == EventKind::deliver &&
                           history_[cause].op == history_[execution].op;
  return is_delivery ? cause : no_event;
}

void Copies::find_deliveries(Pair& pair) const {
  pair.first_delivery = caused_by_delivery(pair.first);
  pair.second_delivery = caused_by_delivery(pair.second);
  const bool find_first = pair.first_delivery == no_event;
  const bool find_second = pair.second_delivery == no_event;
  for (const EventIndex i : by_operation_.of(pair.op)) {
    const Event& event = history_[i];
    if (event.kind != EventKind::deliver) continue;
    // Copies may pile up before the first is executed: the first one it was, then, and for the
    // second the last one.
    if (find_first && pair.first_delivery == no_event && event.actor == pair.first_server &&
        i < pair.first) {
      pair.first_delivery = i;
    }
    if (find_second && event.actor == pair.second_server && i < pair.second) {
      pair.second_delivery = i;
    }
  }
}

/// The fault that led to `event`, or else one that hit the operation after `since` and before it.
std::string Copies::rule_behind(EventIndex event, Symbol op, EventIndex since) const {
  EventIndex i = event;
  for (int hops = 0; hops < longest_chain && i != no_event; ++hops, i = history_[i].cause) {
    if (history_[i].kind == EventKind::fault) return tag(history_, history_[i]);
  }
  if (op == 0) return "";
  std::string rule;
  for (const EventIndex fault : by_operation_.of(op)) {
    if (history_[fault].kind == EventKind::fault && fault > since && fault < event) {
      rule = tag(history_, history_[fault]);
    }
  }
  return rule;
}

Copies::Origin Copies::published_again(EventIndex publish) const {
  const Event& again = history_[publish];
  EventIndex before = no_event;
  EventIndex confirm = no_event;
  for (const EventIndex i : by_operation_.of(again.op)) {
    if (i >= publish) break;
    if (history_[i].kind == EventKind::publish) before = i;
    if (history_[i].kind == EventKind::confirm) confirm = i;
  }
  std::string why;
  if (confirm != no_event) {
    why = fmt::format(", although its confirm had come at {}", at(history_[confirm]));
  } else if (broker_seen_) {
    why = ", as no confirm had come";
  }
  std::string text =
      fmt::format("{} published {} again at {}{}", who(history_, again.actor, "its client"),
                  name(history_, again.op), at(again), why);
  text += rule_behind(publish, again.op, before);
  return {.step = Step{publish, std::move(text)}, .known = true};
}

Copies::Origin Copies::given_back(EventIndex settle) const {
  const Event& event = history_[settle];
  std::string text =
      fmt::format("{} gave {} back to the broker ({})", who(history_, event.actor, "the server"),
                  name(history_, event.op), history_.text(event.detail));
  return {.step = Step{settle, std::move(text)}, .known = true};
}

bool Copies::acknowledged(const Pair& pair, EventIndex before) const {
  for (const EventIndex i : by_operation_.of(pair.op)) {
    const Event& event = history_[i];
    if (event.kind == EventKind::settle && history_.text(event.detail) == "ack" &&
        (event.actor == pair.first_server || event.actor == 0) && i > pair.first_delivery &&
        i < before) {
      return true;
    }
  }
  return false;
}

Copies::Origin Copies::went_down(const Pair& pair, EventIndex trouble) const {
  const Event& event = history_[trouble];
  const std::string server = who(history_, event.actor, "the server");
  std::string text =
      event.kind == EventKind::link ? server + "'s connection closed" : server + " was killed";
  if (settles_seen_ || broker_seen_) {
    text += acknowledged(pair, trouble) ? ", although its ack had reached the broker"
                                        : " before its ack had reached the broker";
  }
  text += rule_behind(trouble, pair.op, pair.first_delivery);
  return {.step = Step{trouble, std::move(text)}, .known = true};
}

/// Follows the causes of the second delivery up to what sets it apart from the first.
Copies::Origin Copies::origin_by_cause(const Pair& pair) const {
  const auto& events = by_operation_.of(pair.op);
  const auto first_publish = std::find_if(events.begin(), events.end(), [&](EventIndex i) {
    return history_[i].kind == EventKind::publish;
  });
  EventIndex i = history_[pair.second_delivery].cause;
  for (int hops = 0; hops < longest_chain && i != no_event; ++hops, i = history_[i].cause) {
    const Event& event = history_[i];
    if (event.kind == EventKind::fault) return {.rule = tag(history_, event), .known = true};
    if (is_trouble(history_, event)) return went_down(pair, i);
    if (is_return(history_, event)) return given_back(i);
    if (event.kind == EventKind::publish && event.op == pair.op) {
      return i == *first_publish ? Origin{} : published_again(i);
    }
  }
  return {};
}

Copies::Origin Copies::origin_by_order(const Pair& pair) const {
  const Event& delivery = history_[pair.second_delivery];
  EventIndex publish = no_event;
  int publishes = 0;
  EventIndex back = no_event;
  std::string copied;
  for (const EventIndex i : by_operation_.of(pair.op)) {
    if (i >= pair.second_delivery) break;
    const Event& event = history_[i];
    if (event.kind == EventKind::publish) {
      publish = i;
      ++publishes;
    }
    if (is_return(history_, event) && i > pair.first_delivery) back = i;
    if (event.kind == EventKind::fault &&
        starts_with_any(history_.text(event.detail), {"duplicate", "copy", "copied"})) {
      copied = tag(history_, event);
    }
  }
  if (!copied.empty()) return {.rule = copied, .known = true};
  if (back != no_event) return given_back(back);
  // A request that was published twice is two messages to the broker, and the second is no
  // redelivery.
  if (publishes > 1 && !delivery.redelivered) return published_again(publish);
  if (const auto found = troubles_.find(pair.first_server); found != troubles_.end()) {
    const std::vector<EventIndex>& troubles = found->second;
    const auto after = std::upper_bound(troubles.begin(), troubles.end(), pair.first_delivery);
    if (after != troubles.end() && *after < pair.second_delivery) return went_down(pair, *after);
  }
  return {.rule = rule_behind(pair.second_delivery, pair.op, pair.first_delivery)};
}

Copies::Origin Copies::origin(const Pair& pair) const {
  Origin by_cause = origin_by_cause(pair);
  return by_cause.known ? by_cause : origin_by_order(pair);
}

Step Copies::delivery_step(const Pair& pair, const Origin& origin) const {
  const Event& first = history_[pair.first_delivery != no_event ? pair.first_delivery : pair.first];
  const Event& second = history_[pair.second_delivery];
  const std::string op = name(history_, pair.op);
  const std::string to = who(history_, second.actor, "a server");
  std::string text;
  if (!pair.one_server()) {
    text = fmt::format("the broker handed {} to {} as well, {} after {} had got it", op, to,
                       to_string(between(first, second)),
                       who(history_, pair.first_server, "a server"));
  } else if (pair.first_delivery == no_event) {
    text = fmt::format("the broker handed {} to {} again", op, to);
  } else {
    const std::uint32_t gap = ordinals_[pair.second_delivery] - ordinals_[pair.first_delivery] - 1;
    text = fmt::format("the broker handed {} to {} again, {}", op, to,
                       gap == 0 ? "as its next message" : count(gap, "message") + " later");
  }
  if (second.redelivered) text += ", flagged as redelivered";
  if (!origin.known && settles_seen_ && second.redelivered &&
      !acknowledged(pair, pair.second_delivery)) {
    text += ", without an ack in between";
  }
  return {pair.second_delivery, text + origin.rule};
}

bool Copies::still_running(const Pair& pair) const {
  std::size_t later = 0;
  for (const EventIndex i : by_operation_.of(pair.op)) {
    const Event& event = history_[i];
    if (event.kind != EventKind::done || event.actor != pair.first_server || i < pair.first)
      continue;
    if (i < pair.second) return false;
    ++later;
  }
  return later >= (pair.one_server() ? 2 : 1);
}

std::string Copies::number(const Pair& pair) const {
  const Event& first = history_[pair.first];
  const Event& second = history_[pair.second];
  if (!pair.one_server()) {
    return fmt::format(
        "The executions began {} apart, on two servers: what {} remembers does not help {}.",
        to_string(between(first, second)), who(history_, pair.first_server, "one"),
        who(history_, pair.second_server, "the other"));
  }
  if (pair.first_delivery == no_event || pair.second_delivery == no_event) {
    return fmt::format("The executions began {} apart; the history does not show both deliveries.",
                       to_string(between(first, second)));
  }
  if (!pair.delivered_twice()) {
    return fmt::format("One delivery was executed twice, {} apart.",
                       to_string(between(first, second)));
  }
  const std::uint32_t gap = ordinals_[pair.second_delivery] - ordinals_[pair.first_delivery] - 1;
  std::string text = fmt::format(
      "Between the copies lay {} and {}.", count(gap, "message"),
      to_string(between(history_[pair.first_delivery], history_[pair.second_delivery])));
  text += fmt::format(" Largest gap survived: {}.",
                      largest_gap_survived_ ? count(*largest_gap_survived_, "message") : "none");
  return text;
}

Copies::Argument Copies::argue(EventIndex first, EventIndex second) const {
  Pair pair{.first = first,
            .second = second,
            .op = history_[first].op,
            .first_server = history_[first].actor,
            .second_server = history_[second].actor};
  find_deliveries(pair);
  const std::string op = name(history_, pair.op);

  Argument argument;
  argument.steps.push_back({first, fmt::format("{} executed {} for the first time",
                                               who(history_, pair.first_server, "a server"), op)});
  if (pair.delivered_twice()) {
    Origin reason = origin(pair);
    if (reason.step.has_value()) argument.steps.push_back(*reason.step);
    argument.steps.push_back(delivery_step(pair, reason));
  }
  argument.steps.push_back(
      {second, fmt::format("{} executed {} {}{}", who(history_, pair.second_server, "a server"), op,
                           pair.one_server() ? "again" : "too",
                           still_running(pair) ? ", while the first execution still ran" : "")});
  sort(argument.steps);
  argument.number = number(pair);
  return argument;
}

}  // namespace castaway::check
