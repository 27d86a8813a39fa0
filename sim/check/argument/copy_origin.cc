#include "copy_origin.h"

#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "words.h"

namespace castaway::check {

namespace {

/// Longer chains of causes than any message has.
constexpr int longest_chain = 64;

/// Whether the broker itself brought back what was not settled.
bool is_broker_change(const Event& event) {
  return event.kind == EventKind::process && event.detail == Detail::down;
}

bool is_given_back(const Event& event) {
  return event.kind == EventKind::settle &&
         (event.detail == Detail::requeue || event.detail == Detail::reject);
}

std::string tag(const History& history, const Event& fault) {
  return fmt::format("  [{}]", who(history, fault.actor, "a fault"));
}

/// Finds the origin of one second delivery.
class Search {
 public:
  Search(const Deliveries& deliveries, const Twice& twice)
      : deliveries_(deliveries), history_(deliveries.history()), twice_(twice) {}

  /// Follows the causes of the second delivery up to what sets it apart from the first.
  [[nodiscard]] CopyOrigin by_cause() const {
    EventIndex i = history_[twice_.second_delivery].cause;
    for (int hops = 0; hops < longest_chain && i != no_event; ++hops, i = history_[i].cause) {
      const Event& event = history_[i];
      if (event.kind == EventKind::fault || is_broker_change(event)) {
        if (CopyOrigin lost = lost_with_connection(); lost.known) return lost;
        return {.known = true, .rule = rule_behind(i, no_event, false)};
      }
      if (is_trouble(event)) return went_down(i);
      if (is_given_back(event)) return given_back(i);
      if (event.kind == EventKind::publish && event.op == twice_.op) {
        // A redelivery comes from a connection that was lost, however often the request was
        // published.
        if (CopyOrigin lost = lost_with_connection(); lost.known) return lost;
        return last_publish_before(i) == no_event ? CopyOrigin{} : published_again(i);
      }
    }
    return {};
  }

  [[nodiscard]] CopyOrigin by_order() const {
    EventIndex back = no_event;
    EventIndex copying = no_event;
    for (const EventIndex i : deliveries_.events_of(twice_.op)) {
      if (i >= twice_.second_delivery) break;
      const Event& event = history_[i];
      if (event.kind == EventKind::fault && event.detail == Detail::copy) copying = i;
      if (is_given_back(event) && event.actor == twice_.holder && after_first(i)) back = i;
    }
    if (CopyOrigin lost = lost_with_connection(); lost.known) return lost;
    if (copying != no_event) return {.known = true, .rule = tag(history_, history_[copying])};
    if (back != no_event) return given_back(back);
    // A request that was published twice is two messages to the broker, and the second is no
    // redelivery.
    const EventIndex publish = last_publish_before(twice_.second_delivery);
    if (!history_[twice_.second_delivery].redelivered && publish != no_event &&
        last_publish_before(publish) != no_event) {
      return published_again(publish);
    }
    if (const EventIndex trouble = trouble_between(); trouble != no_event)
      return went_down(trouble);
    return {.rule = rule_behind(twice_.second_delivery, twice_.first_delivery, false)};
  }

 private:
  /// A redelivery after the first holder went away without its ack: that is what brokers redeliver
  /// for.
  [[nodiscard]] CopyOrigin lost_with_connection() const {
    const EventIndex trouble = trouble_between();
    if (!history_[twice_.second_delivery].redelivered || trouble == no_event) return {};
    return deliveries_.acknowledged(twice_, trouble) ? CopyOrigin{} : went_down(trouble);
  }

  [[nodiscard]] EventIndex trouble_between() const {
    if (twice_.first_delivery == no_event) return no_event;
    return deliveries_.trouble(twice_.holder, twice_.first_delivery, twice_.second_delivery);
  }

  [[nodiscard]] bool after_first(EventIndex i) const {
    return twice_.first_delivery == no_event || i > twice_.first_delivery;
  }

  [[nodiscard]] EventIndex last_before(EventKind kind, EventIndex end) const {
    EventIndex last = no_event;
    for (const EventIndex i : deliveries_.events_of(twice_.op)) {
      if (i < end && history_[i].kind == kind) last = i;
    }
    return last;
  }
  [[nodiscard]] EventIndex last_publish_before(EventIndex end) const {
    return last_before(EventKind::publish, end);
  }

  /// The fault that led to `event`; or else the last after `since`, of the operation's own or of
  /// processes and connections, whichever is asked for first.
  [[nodiscard]] std::string rule_behind(EventIndex event, EventIndex since,
                                        bool world_first) const {
    EventIndex i = event;
    for (int hops = 0; hops < longest_chain && i != no_event; ++hops, i = history_[i].cause) {
      if (history_[i].kind == EventKind::fault) return tag(history_, history_[i]);
    }
    EventIndex first = last_before(EventKind::fault, event);
    EventIndex second = deliveries_.last_world_fault_before(event);
    if (world_first) std::swap(first, second);
    for (const EventIndex fault : {first, second}) {
      if (fault != no_event && since != no_event && fault > since)
        return tag(history_, history_[fault]);
    }
    return "";
  }

  [[nodiscard]] CopyOrigin published_again(EventIndex publish) const {
    const Event& again = history_[publish];
    const EventIndex confirm = last_before(EventKind::confirm, publish);
    std::string why;
    if (confirm != no_event && history_[confirm].detail == Detail::nack) {
      why = fmt::format(", as the broker had refused it at {}", at(history_[confirm]));
    } else if (confirm != no_event) {
      why = fmt::format(", although its confirm had come at {}", at(history_[confirm]));
    } else if (deliveries_.broker_seen()) {
      why = ", as no confirm had come";
    }
    std::string text =
        fmt::format("{} published {} again at {}{}{}", who(history_, again.actor, "its client"),
                    name(history_, again.op), at(again), why,
                    rule_behind(publish, last_publish_before(publish), false));
    return {.known = true, .step = Step{publish, std::move(text)}};
  }

  [[nodiscard]] CopyOrigin given_back(EventIndex settle) const {
    const Event& event = history_[settle];
    std::string text =
        fmt::format("{} gave {} back to the broker ({})", who(history_, event.actor, "the server"),
                    name(history_, event.op), to_string(event.detail));
    return {.known = true, .step = Step{settle, std::move(text)}};
  }

  [[nodiscard]] CopyOrigin went_down(EventIndex trouble) const {
    const Event& event = history_[trouble];
    std::string text = who(history_, event.actor, "the server");
    if (event.kind == EventKind::process) {
      text += " was killed";
    } else if (event.detail == Detail::channel_closed && event.text != 0) {
      return channel_closed(trouble);
    } else {
      const bool cut = event.detail == Detail::cut;
      text += cut ? "'s connection was cut" : "'s connection closed";
    }
    if (event.actor == twice_.holder && (deliveries_.settles_seen() || deliveries_.broker_seen())) {
      text += deliveries_.acknowledged(twice_, trouble)
                  ? ", although its ack had reached the broker"
                  : " before its ack had reached the broker";
    }
    text += rule_behind(trouble, twice_.first_delivery, true);
    return {.known = true, .step = Step{trouble, std::move(text)}};
  }

  /// The broker says why, and that is where it ends: at a limit of its own, or at what the holder
  /// did wrong.
  [[nodiscard]] CopyOrigin channel_closed(EventIndex trouble) const {
    const Event& event = history_[trouble];
    const std::string_view why = history_.text(event.text);
    return {.known = true,
            .step = Step{trouble, fmt::format("the broker closed {}'s channel ({}), and gave what "
                                              "was on it to others",
                                              who(history_, event.actor, "the server"),
                                              why.substr(0, why.find(". ")))}};
  }

  const Deliveries& deliveries_;
  const History& history_;
  const Twice& twice_;
};

}  // namespace

CopyOrigin copy_origin(const Deliveries& deliveries, const Twice& twice) {
  const Search search(deliveries, twice);
  CopyOrigin origin = search.by_cause();
  return origin.known ? origin : search.by_order();
}

}  // namespace castaway::check
