#include "castaway/sim/recorder.h"

#include <utility>

#include <fmt/compile.h>

#include "castaway/amqp/transport_words.h"
#include "castaway/envelope.h"

#include "mask_ids.h"
#include "message_ids.h"

namespace castaway::sim {

using check::Detail;
using check::Event;
using check::EventIndex;
using check::EventKind;
using check::no_event;
using check::Symbol;

namespace {

/// Whether a body may say that it is not the last reply: most do not even look like it.
bool looks_like_heartbeat(std::string_view body) {
  constexpr std::string_view key = "ending";
  for (std::size_t at = body.find(key); at != std::string_view::npos; at = body.find(key, at + 1)) {
    const std::size_t value = body.find_first_not_of("\\\": ", at + key.size());
    if (value != std::string_view::npos && body.compare(value, 5, "false") == 0) return true;
  }
  return false;
}

/// As the library reads it.
bool is_heartbeat(const Message& reply) {
  try {
    return !decode_reply(reply).ending;
  } catch (const DecodeError&) {
    return false;
  }
}

}  // namespace

Symbol Recorder::op_of(std::string_view id) const {
  const auto found = ops_.find(id);
  return found == ops_.end() ? 0 : found->second;
}

Symbol Recorder::method_of(Symbol op) const {
  const EventIndex invoke = op < trails_.size() ? trails_[op].invoke : no_event;
  return invoke == no_event ? 0 : history_[invoke].method;
}

Symbol Recorder::find_op(std::string_view body) const {
  Symbol op = 0;
  for_each_id(body, [&](std::string_view id) {
    op = op_of(id);
    return op == 0;
  });
  if (op != 0 || odd_ids_.empty()) return op;
  for_each_id_text(body, [&](std::string_view id) {
    if (odd_ids_.contains(id)) op = op_of(id);
    return op == 0;
  });
  return op;
}

Classified Recorder::classify(const amqp::Publication& publication, const std::string& process) {
  return classify({.exchange = publication.exchange,
                   .routing_key = publication.routing_key,
                   .body = publication.message.body,
                   .process = process},
                  [&] { return is_heartbeat(amqp::to_transport(publication.message)); });
}

Classified Recorder::classify(const Publication& publication, const std::string& process) {
  return classify({.exchange = publication.exchange,
                   .routing_key = publication.routing_key,
                   .body = publication.message.body,
                   .process = process},
                  [&] { return is_heartbeat(publication.message); });
}

Classified Recorder::classify(const Seen& seen, const std::function<bool()>& is_heartbeat) {
  const bool request = !seen.exchange.empty();
  Classified message{.request = request, .op = find_op(seen.body)};
  if (message.op == 0) {
    message.attempt = 1;
    message.name = name_of_stranger(seen);
    return message;
  }
  Trail& trail = this->trail(message.op);
  message.method = method_of(message.op);
  message.heartbeat = !request && looks_like_heartbeat(seen.body) && is_heartbeat();
  message.attempt = request             ? ++trail.requests
                    : message.heartbeat ? ++trail.heartbeats
                                        : ++trail.replies;
  message.name = fmt::format(FMT_COMPILE("{}/{}/{}"), text(message.op),
                             request             ? "request"
                             : message.heartbeat ? "heartbeat"
                                                 : "reply",
                             message.attempt);
  return message;
}

std::string Recorder::name_of_stranger(const Seen& seen) {
  const std::string what =
      fmt::format("{}/message/{}/{}/{:016x}", seen.process, mask_ids(seen.exchange),
                  mask_ids(seen.routing_key), check::digest(mask_ids(seen.body)));
  return fmt::format("{}/{}", what, ++strangers_[what]);
}

void Recorder::damaged(const Classified& message, std::string_view body) {
  if (message.op == 0) return;
  for_each_id(body, [&](std::string_view id) {
    ops_.emplace(id, message.op);
    return true;
  });
}

EventIndex Recorder::published(const Classified& message, const std::string& actor) {
  Trail& trail = this->trail(message.op);
  if (message.heartbeat) {
    const bool idle = trail.done != no_event && trail.done > trail.execute;
    if (idle) ++trail.idle_heartbeats;
    return heartbeat(message, actor, Detail::heartbeat_sent, trail.execute);
  }
  const Event event{.kind = message.request ? EventKind::publish : EventKind::reply,
                    .actor = history_.intern(actor),
                    .op = message.op,
                    .copy = message.attempt,
                    .cause = message.request ? trail.invoke : trail.done};
  return (message.request ? trail.publish : trail.reply) = add(event);
}

EventIndex Recorder::accepted(const Classified& message, std::size_t queues) {
  if (message.heartbeat) return no_event;
  Trail& trail = this->trail(message.op);
  const Event event{.kind = message.request ? EventKind::accept : EventKind::reply_accept,
                    .detail = queues == 0 ? Detail::unroutable : Detail::none,
                    .actor = history_.intern("broker"),
                    .op = message.op,
                    .copy = message.attempt,
                    .cause = message.request ? trail.publish : trail.reply};
  return (message.request ? trail.accept : trail.reply_accept) = add(event);
}

EventIndex Recorder::confirmed(const Classified& message, const std::string& actor, bool ack,
                               EventIndex cause) {
  if (!message.request) return no_event;
  Trail& trail = this->trail(message.op);
  return trail.confirm = add({.kind = EventKind::confirm,
                              .detail = ack ? Detail::ack : Detail::nack,
                              .actor = history_.intern(actor),
                              .op = message.op,
                              .copy = message.attempt,
                              .cause = cause});
}

EventIndex Recorder::arrived(const Classified& message, const std::string& actor, bool redelivered,
                             EventIndex cause) {
  if (message.heartbeat) return heartbeat(message, actor, Detail::heartbeat_arrived, cause);
  Trail& trail = this->trail(message.op);
  if (!message.request) {
    return trail.reply_arrive = add({.kind = EventKind::reply_arrive,
                                     .redelivered = redelivered,
                                     .actor = history_.intern(actor),
                                     .op = message.op,
                                     .copy = message.attempt,
                                     .cause = cause});
  }
  return trail.deliver = add({.kind = EventKind::deliver,
                              .redelivered = redelivered,
                              .actor = history_.intern(actor),
                              .op = message.op,
                              .copy = ++trail.deliveries,
                              .cause = cause});
}

void Recorder::taken(const Classified& message, const std::string& actor, EventIndex delivery) {
  if (!message.request) return;
  taken_[{message.op, context_.current_task()}] = delivery;
  waiting_[{message.op, history_.intern(actor)}].push_back(delivery);
}

EventIndex Recorder::delivery_of(Symbol op, Symbol actor) {
  const Trail& trail = this->trail(op);
  const auto taken = taken_.extract({op, context_.current_task()});
  std::deque<EventIndex>& waiting = waiting_[{op, actor}];
  if (waiting.empty()) return trail.deliver;
  // Who executes may be another than who acknowledged. Of the copies that came before the first was
  // executed, the filter lets the first one pass; after that, the latest.
  const EventIndex delivery = !taken.empty()          ? taken.mapped()
                              : trail.executions <= 1 ? waiting.front()
                                                      : waiting.back();
  std::erase_if(waiting, [delivery](EventIndex each) { return each <= delivery; });
  return delivery;
}

EventIndex Recorder::settled(const Classified& message, const std::string& actor, bool ack,
                             bool requeue, EventIndex cause) {
  if (!message.request) return no_event;
  return add({.kind = EventKind::settle,
              .detail = ack       ? Detail::ack
                        : requeue ? Detail::requeue
                                  : Detail::reject,
              .actor = history_.intern(actor),
              .op = message.op,
              .cause = cause});
}

EventIndex Recorder::claimed(Symbol op, const std::string& asker, bool granted) {
  return add({.kind = EventKind::note,
              .detail = granted ? Detail::claim_granted : Detail::claim_refused,
              .actor = history_.intern("claim-store"),
              .op = op,
              .name = history_.intern(asker)});
}

EventIndex Recorder::fault(const std::string& rule, Symbol op, const Told& told, EventIndex cause) {
  Event event = event_of(EventKind::fault, rule, told);
  event.op = op;
  event.cause = cause;
  return add(event);
}

EventIndex Recorder::link(const std::string& actor, const Told& told, EventIndex cause) {
  Event event = event_of(EventKind::link, actor, told);
  event.cause = cause;
  return add(event);
}

EventIndex Recorder::process(const std::string& actor, const Told& told, EventIndex cause) {
  Event event = event_of(EventKind::process, actor, told);
  event.cause = cause;
  return add(event);
}

EventIndex Recorder::note(const std::string& actor, const Told& told) {
  return add(event_of(EventKind::note, actor, told));
}

Event Recorder::event_of(EventKind kind, const std::string& actor, const Told& told) {
  return {.kind = kind,
          .detail = told.detail,
          .actor = history_.intern(actor),
          .name = history_.intern(told.name),
          .text = history_.intern(told.text),
          .length = told.length};
}

EventIndex Recorder::heartbeat(const Classified& message, const std::string& actor, Detail detail,
                               EventIndex cause) {
  return add({.kind = EventKind::note,
              .detail = detail,
              .actor = history_.intern(actor),
              .op = message.op,
              .copy = message.attempt,
              .cause = cause});
}

void Recorder::residue(std::size_t unacknowledged, EventIndex delivery, TimePoint limit) {
  std::size_t pending = 0;
  std::size_t beating = 0;
  EventIndex invoke = no_event;
  EventIndex execute = no_event;
  for (const Trail& trail : trails_) {
    const bool is_open = trail.invoke != no_event && trail.complete == no_event;
    const bool is_due = is_open && (limit == never || history_[trail.invoke].deadline < limit);
    if (is_due && context_.alive(trail.process)) {
      if (pending++ == 0) invoke = trail.invoke;
    }
    // One may have been on its way when the execution ended.
    if (trail.idle_heartbeats > 1 && beating++ == 0) execute = trail.execute;
  }
  left(Detail::pending_operations, pending, invoke);
  left(Detail::unacknowledged_deliveries, unacknowledged, delivery);
  left(Detail::unfinished_heartbeats, beating, execute);
}

void Recorder::left(Detail what, std::size_t count, EventIndex first) {
  add({.kind = EventKind::residue,
       .detail = what,
       .actor = history_.intern("run"),
       .copy = static_cast<std::uint32_t>(count),
       .cause = first});
}

Recorder::Trail& Recorder::trail(Symbol op) {
  if (trails_.size() <= op) trails_.resize(op + 1);
  return trails_[op];
}

EventIndex Recorder::add(Event event) {
  if (over_) return no_event;
  event.at = context_.now();
  const EventIndex index = history_.add(event);
  for (const auto& listener : listeners_) listener(index);
  return index;
}

}  // namespace castaway::sim
