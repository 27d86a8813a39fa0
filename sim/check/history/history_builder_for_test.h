#pragma once
// HistoryBuilder: a history written down by hand, for the tests of the laws.
//
//   HistoryBuilder h;
//   h.invoke("c1/main", "ping#0", call, 5s);
//   const EventIndex delivery = h.deliver("s1", "ping#0");
//   h.execute("s1", "ping#0", {.cause = delivery});
//
// Each event happens 1ms after the one before it, or when `at` says.

#include <cstdint>
#include <string_view>

#include "castaway/check/history.h"

#include "history/version_1.h"

namespace castaway::check {

inline constexpr OperationKind call = OperationKind::call;
inline constexpr OperationKind cast = OperationKind::cast;
inline constexpr OperationKind fanout = OperationKind::fanout;

/// What an event may have besides.
struct More {
  std::string_view value = {};   ///< the event gets its digest
  std::string_view detail = {};  ///< in the words of version 1 of the history format
  std::string_view method = {};
  std::string_view topic = {};
  std::uint32_t copy = 0;
  bool redelivered = false;
  EventIndex cause = no_event;
  Effect effect = Effect::unknown;
  std::optional<Edge> edge = {};
  std::optional<std::int32_t> retry = {};
};

class HistoryBuilder {
 public:
  /// The next event happens at `time`.
  HistoryBuilder& at(Duration time) {
    next_ = TimePoint(time);
    return *this;
  }

  /// Without a timeout there is no deadline.
  EventIndex invoke(std::string_view task, std::string_view op, OperationKind kind,
                    Duration timeout = {}, More more = {}) {
    Event event = make(EventKind::invoke, task.substr(0, task.find('/')), op, more);
    event.task = history.intern(task);
    event.operation = kind;
    if (timeout != Duration::zero()) event.deadline = next_ + timeout;
    return add(event);
  }

  EventIndex publish(std::string_view client, std::string_view op, More more = {}) {
    return add(make(EventKind::publish, client, op, more));
  }
  EventIndex accept(std::string_view op, More more = {}) {
    return add(make(EventKind::accept, "broker", op, more));
  }
  EventIndex confirm(std::string_view client, std::string_view op, More more = {}) {
    return add(make(EventKind::confirm, client, op, more));
  }
  EventIndex deliver(std::string_view server, std::string_view op, More more = {}) {
    return add(make(EventKind::deliver, server, op, more));
  }
  EventIndex settle(std::string_view server, std::string_view op, std::string_view how) {
    return add(make(EventKind::settle, server, op, {.detail = how}));
  }
  EventIndex execute(std::string_view server, std::string_view op, More more = {}) {
    return add(make(EventKind::execute, server, op, more));
  }
  EventIndex done(std::string_view server, std::string_view op, More more = {}) {
    if (more.detail.empty()) more.detail = "return";
    return add(make(EventKind::done, server, op, more));
  }
  EventIndex reply(std::string_view server, std::string_view op, More more = {}) {
    return add(make(EventKind::reply, server, op, more));
  }
  EventIndex reply_accept(std::string_view op, More more = {}) {
    return add(make(EventKind::reply_accept, "broker", op, more));
  }
  EventIndex reply_arrive(std::string_view client, std::string_view op, More more = {}) {
    return add(make(EventKind::reply_arrive, client, op, more));
  }
  EventIndex returned(std::string_view client, std::string_view op, More more = {}) {
    return add(make(EventKind::returned, client, op, more));
  }
  EventIndex error(std::string_view client, std::string_view op, More more = {}) {
    return add(make(EventKind::error, client, op, more));
  }
  EventIndex timeout(std::string_view client, std::string_view op, More more = {}) {
    return add(make(EventKind::timeout, client, op, more));
  }
  EventIndex failure(std::string_view client, std::string_view op, More more = {}) {
    return add(make(EventKind::failure, client, op, more));
  }
  EventIndex fault(std::string_view rule, std::string_view op, std::string_view did,
                   More more = {}) {
    more.detail = did;
    return add(make(EventKind::fault, rule, op, more));
  }
  EventIndex link(std::string_view actor, std::string_view detail, EventIndex cause = no_event) {
    return add(make(EventKind::link, actor, "", {.detail = detail, .cause = cause}));
  }
  EventIndex process(std::string_view actor, std::string_view detail, More more = {}) {
    more.detail = detail;
    return add(make(EventKind::process, actor, "", more));
  }
  /// A server begins to serve a topic of an exchange.
  EventIndex serving(std::string_view server, std::string_view topic,
                     std::string_view exchange = {}) {
    Event event = make(EventKind::process, server, "", {.detail = "serving", .topic = topic});
    event.name = history.intern(exchange);
    return add(event);
  }
  EventIndex residue(std::string_view what, std::uint32_t left, EventIndex cause = no_event) {
    return add(make(EventKind::residue, "run", "", {.detail = what, .copy = left, .cause = cause}));
  }
  EventIndex inject(std::string_view actor, std::string_view op, std::string_view what,
                    EventIndex cause = no_event) {
    return add(make(EventKind::inject, actor, op, {.detail = what, .cause = cause}));
  }
  EventIndex refuse(std::string_view server, std::string_view op) {
    return add(make(EventKind::refuse, server, op, {}));
  }
  EventIndex note(std::string_view detail) {
    return add(make(EventKind::note, "", "", {.detail = detail}));
  }

  /// Delivered, executed and done, one after the other.
  void serve(std::string_view server, std::string_view op, More more = {}) {
    const EventIndex delivery = deliver(server, op);
    execute(server, op, {.cause = delivery});
    done(server, op, more);
  }

  History history;

 private:
  Event make(EventKind kind, std::string_view actor, std::string_view op, const More& more) {
    Event event{.at = next_,
                .kind = kind,
                .effect = more.effect,
                .redelivered = more.redelivered,
                .edge = more.edge,
                .actor = history.intern(actor),
                .op = history.intern(op),
                .method = history.intern(more.method),
                .topic = history.intern(more.topic),
                .copy = more.copy,
                .cause = more.cause,
                .digest = more.value.empty() ? 0 : digest(more.value),
                .retry = more.retry};
    if (!more.detail.empty()) read_old_detail(history, event, more.detail);
    return event;
  }
  EventIndex add(const Event& event) {
    next_ = event.at + 1ms;
    return history.add(event);
  }

  TimePoint next_ = {};
};

}  // namespace castaway::check
