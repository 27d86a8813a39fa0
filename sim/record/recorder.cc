#include "castaway/sim/recorder.h"

#include "library_observer.h"

namespace castaway::sim {

using check::Detail;
using check::Event;
using check::EventIndex;
using check::EventKind;
using check::no_event;

Recorder::Recorder(const ExecutionContext& context) : context_(context), sink_(context) {
  sink_.on_forget([this](EventIndex first) {
    reports_.forget_before(first);
    classifier_.forget_before(first);
  });
}

Recorder::~Recorder() = default;

Observer& Recorder::observer(const std::string& actor) {
  std::unique_ptr<Observer>& observer = observers_[actor];
  if (!observer)
    observer = std::make_unique<LibraryObserver>(actor, context_, sink_, classifier_, reports_);
  return *observer;
}

EventIndex Recorder::published(const Classified& message, std::string_view actor) {
  const OperationPtr& op = message.op;
  if (message.heartbeat) {
    const bool idle = op->done != no_event && op->done > op->execute;
    if (idle) ++op->idle_heartbeats;
    return heartbeat(message, actor, Detail::heartbeat_sent, op->execute);
  }
  Event event{.kind = message.request ? EventKind::publish : EventKind::reply,
              .actor = sink_.intern(actor),
              .copy = message.attempt};
  if (op) event.cause = message.request ? op->invoke : op->done;
  if (op && op->origin == Origin::wire && message.request) event.operation = op->kind;
  const EventIndex index = sink_.add(op, event);
  if (op) (message.request ? op->publish : op->reply) = index;
  return index;
}

EventIndex Recorder::accepted(const Classified& message, std::size_t queues) {
  if (message.heartbeat) return no_event;
  const OperationPtr& op = message.op;
  Event event{.kind = message.request ? EventKind::accept : EventKind::reply_accept,
              .detail = queues == 0 ? Detail::unroutable : Detail::none,
              .actor = sink_.intern("broker"),
              .copy = message.attempt};
  if (op) event.cause = message.request ? op->publish : op->reply;
  if (op && op->origin == Origin::wire && message.request && queues > 1)
    event.operation = op->kind = check::OperationKind::fanout;
  return sink_.add(op, event);
}

EventIndex Recorder::confirmed(const Classified& message, std::string_view actor, bool ack,
                               EventIndex cause) {
  if (!message.request) return no_event;
  return message.op->confirm = sink_.add(message.op, {.kind = EventKind::confirm,
                                                      .detail = ack ? Detail::ack : Detail::nack,
                                                      .actor = sink_.intern(actor),
                                                      .copy = message.attempt,
                                                      .cause = cause});
}

EventIndex Recorder::arrived(const Classified& message, std::string_view actor, bool redelivered,
                             EventIndex cause) {
  if (message.heartbeat) return heartbeat(message, actor, Detail::heartbeat_arrived, cause);
  const OperationPtr& op = message.op;
  Event event{.kind = message.request ? EventKind::deliver : EventKind::reply_arrive,
              .redelivered = redelivered,
              .actor = sink_.intern(actor),
              .copy = message.attempt,
              .cause = cause};
  if (message.request) event.copy = ++op->deliveries;
  const EventIndex index = sink_.add(op, event);
  if (op) (message.request ? op->deliver : op->reply_arrive) = index;
  if (message.request) reports_.arrived(op, actor, index);
  return index;
}

void Recorder::answered(const Classified& message, EventIndex delivery, bool ack) {
  if (!message.request) return;
  if (ack) return Reports::is(Waiting::Is::acknowledged, message.op, delivery);
  Reports::given_back(message.op, delivery);
}

EventIndex Recorder::settled(const Classified& message, std::string_view actor, bool ack,
                             bool requeue, EventIndex cause) {
  if (!message.request) return no_event;
  if (ack) Reports::is(Waiting::Is::settled, message.op, cause);
  return sink_.add(message.op, {.kind = EventKind::settle,
                                .detail = ack       ? Detail::ack
                                          : requeue ? Detail::requeue
                                                    : Detail::reject,
                                .actor = sink_.intern(actor),
                                .cause = cause});
}

EventIndex Recorder::dropped(const Classified& message, const std::string& queue,
                             std::string_view why, EventIndex cause) {
  if (message.heartbeat) return no_event;
  return sink_.add(message.op, {.kind = EventKind::note,
                                .detail = Detail::dropped,
                                .edge = message.request ? check::Edge::request : check::Edge::reply,
                                .actor = sink_.intern("broker"),
                                .name = sink_.intern(why),
                                .text = sink_.intern(queue),
                                .cause = cause});
}

EventIndex Recorder::claimed(std::string_view op, std::string_view asker, bool granted) {
  return sink_.add({.kind = EventKind::note,
                    .detail = granted ? Detail::claim_granted : Detail::claim_refused,
                    .actor = sink_.intern("claim-store"),
                    .op = sink_.intern(op),
                    .name = sink_.intern(asker)});
}

EventIndex Recorder::fault(std::string_view rule, check::Edge edge, std::string_view op,
                           const Told& told, EventIndex cause) {
  Event event = event_of(EventKind::fault, rule, told);
  event.edge = edge;
  event.op = sink_.intern(op);
  event.cause = cause;
  return sink_.add(event);
}

EventIndex Recorder::link(std::string_view actor, const Told& told, EventIndex cause) {
  Event event = event_of(EventKind::link, actor, told);
  event.cause = cause;
  return sink_.add(event);
}

EventIndex Recorder::process(std::string_view actor, const Told& told, EventIndex cause) {
  Event event = event_of(EventKind::process, actor, told);
  event.cause = cause;
  return sink_.add(event);
}

EventIndex Recorder::note(std::string_view actor, const Told& told) {
  return sink_.add(event_of(EventKind::note, actor, told));
}

Event Recorder::event_of(EventKind kind, std::string_view actor, const Told& told) {
  return {.kind = kind,
          .detail = told.detail,
          .actor = sink_.intern(actor),
          .topic = sink_.intern(told.topic),
          .name = sink_.intern(told.name),
          .text = sink_.intern(told.text),
          .length = told.length};
}

EventIndex Recorder::heartbeat(const Classified& message, std::string_view actor, Detail detail,
                               EventIndex cause) {
  return sink_.add(message.op, {.kind = EventKind::note,
                                .detail = detail,
                                .actor = sink_.intern(actor),
                                .copy = message.attempt,
                                .cause = cause});
}

void Recorder::residue(std::size_t unacknowledged, EventIndex delivery, std::size_t queued,
                       TimePoint limit) {
  std::size_t pending = 0;
  std::size_t beating = 0;
  EventIndex invoke = no_event;
  EventIndex execute = no_event;
  for (const OperationPtr& op : classifier_.operations()) {
    const bool is_open = op->invoke != no_event && op->complete == no_event;
    const bool is_due = is_open && (limit == never || op->deadline < limit);
    if (is_due && context_.alive(op->process)) {
      if (pending++ == 0) invoke = op->invoke;
    }
    // One may have been on its way when the execution ended.
    if (op->idle_heartbeats > 1 && beating++ == 0) execute = op->execute;
  }
  left(Detail::pending_operations, pending, invoke);
  left(Detail::unacknowledged_deliveries, unacknowledged, delivery);
  left(Detail::unfinished_heartbeats, beating, execute);
  left(Detail::queued_messages, queued, no_event);
}

void Recorder::waiting_calls(std::string_view process, std::size_t count) {
  if (count == 0) return;
  sink_.add({.kind = EventKind::residue,
             .detail = Detail::waiting_calls,
             .actor = sink_.intern(process),
             .copy = static_cast<std::uint32_t>(count)});
}

void Recorder::unsettled_replies(std::string_view process, std::size_t count, EventIndex first) {
  if (count == 0) return;
  sink_.add({.kind = EventKind::residue,
             .detail = Detail::unsettled_replies,
             .actor = sink_.intern(process),
             .copy = static_cast<std::uint32_t>(count),
             .cause = first});
}

void Recorder::left(Detail what, std::size_t count, EventIndex first) {
  sink_.add({.kind = EventKind::residue,
             .detail = what,
             .actor = sink_.intern("run"),
             .copy = static_cast<std::uint32_t>(count),
             .cause = first});
}

}  // namespace castaway::sim
