// Why a request was sent or delivered again, and what is behind a break.

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "argument/words.h"
#include "lookup/deliveries.h"
#include "reasons.h"

namespace castaway::check {

namespace {

/// Longer chains of causes than any break has.
constexpr int longest_chain = 16;

}  // namespace

Reason Reasons::behind(EventIndex event) const {
  Reason reason;
  EventIndex root = event;
  for (int hops = 0; hops < longest_chain; ++hops) {
    const Event& here = history_[root];
    reason.steps.push_back({root, in_words(history_, here)});
    // What led to a fault decides when it strikes, not that it does.
    if (here.kind == EventKind::fault || here.cause == no_event) break;
    root = here.cause;
  }
  const Event& ground = history_[root];
  if (ground.kind == EventKind::fault) {
    reason.grounds.push_back({Ground::Kind::fault, who(history_, ground.actor, "a fault")});
  } else {
    reason.grounds.push_back({Ground::Kind::event, in_words(history_, ground)});
  }
  std::ranges::reverse(reason.steps);
  return reason;
}

Reason Reasons::no_confirm(EventIndex publish, EventIndex end) const {
  const Event& sent = history_[publish];
  const EventIndex trouble = troubles_.trouble(sent.actor, publish, end);
  const EventIndex broker = troubles_.broker_trouble(publish, end);
  const bool by_itself = trouble != no_event && history_[trouble].detail == Detail::abandoned;
  EventIndex fault = hindrances_.own(sent.op, {Edge::request, Edge::confirm}, publish, end);
  EventIndex mild = no_event;  // a connection that broke explains more
  if (fault != no_event && history_[fault].detail == Detail::lateness) std::swap(fault, mild);
  if (fault != no_event && history_[fault].detail == Detail::reorder) fault = no_event;
  // What came after it had given up kept nothing from it.
  if (by_itself && fault != no_event && fault > trouble) fault = no_event;
  for (const EventIndex i :
       {fault, by_itself ? no_event : trouble, broker, mild,
        hindrances_.in_front(sent.op, sent.actor, {Edge::request, Edge::confirm}, publish, end)}) {
    if (i != no_event) return behind(i);
  }
  const std::string client = who(history_, sent.actor, "its client");
  const auto it_says = [&](EventIndex until, std::string_view what) -> Reason {
    const std::string waited = fmt::format("{} had waited {} for the confirm", client,
                                           to_string(between(sent, history_[until])));
    return {.steps = {{until, fmt::format("{}, {}", what, waited)}},
            .grounds = {{Ground::Kind::limit, waited}}};
  };
  if (by_itself) return it_says(trouble, in_words(history_, history_[trouble]));
  if (end < history_.events().size()) return it_says(end, in_words(history_, history_[end]));
  return {};
}

Reason Reasons::between_retries(EventIndex publish, EventIndex again) const {
  const Event& before = history_[publish];
  for (const EventIndex i : by_operation_.of(before.op)) {
    if (i <= publish || i >= again || history_[i].kind != EventKind::confirm) continue;
    if (history_[i].detail == Detail::nack) return behind(i);
  }
  return no_confirm(publish, again);
}

Reason Reasons::published_again(EventIndex publish) const {
  EventIndex before = no_event;
  for (const EventIndex i : by_operation_.of(history_[publish].op)) {
    if (i >= publish) break;
    if (history_[i].kind == EventKind::publish) before = i;
  }
  return before == no_event ? Reason{} : between_retries(before, publish);
}

Reason Reasons::delivered_again(EventIndex delivery, EventIndex first) const {
  const Event& event = history_[delivery];
  EventIndex before = first;
  for (const EventIndex i : by_operation_.of(event.op)) {
    if (i >= delivery || first != no_event) break;
    if (history_[i].kind == EventKind::deliver) before = i;
  }
  for (EventIndex i = event.cause; i != no_event; i = history_[i].cause) {
    const Event& cause = history_[i];
    if (cause.kind == EventKind::fault || cause.kind == EventKind::link ||
        cause.kind == EventKind::process)
      return behind(i);
    if (cause.kind == EventKind::publish) {
      if (before != no_event && event.redelivered) break;
      return published_again(i);
    }
  }
  if (before == no_event) return {};
  for (const EventIndex i : by_operation_.of(event.op)) {
    const Event& settle = history_[i];
    if (i <= before || i >= delivery || settle.kind != EventKind::settle) continue;
    if (settle.detail != Detail::ack) return behind(i);
  }
  const EventIndex trouble = troubles_.trouble(history_[before].actor, before, delivery);
  return trouble == no_event ? Reason{} : behind(trouble);
}

}  // namespace castaway::check
