#include "listener.h"

#include <algorithm>
#include <set>
#include <utility>

#include "goodbye.h"

namespace castaway {
namespace {

/// What comes for a consumer that was never asked for is left lying: the broker has it back once
/// the connection closes.
ListenLink::Handler for_ours(const std::vector<Consumption>& queues, ListenLink::Handler handler) {
  std::set<std::string> ours;
  for (const Consumption& queue : queues) ours.insert(queue.consumer_tag);
  return [ours = std::move(ours), handler = std::move(handler)](Taken taken) {
    if (ours.contains(taken.delivery.consumer_tag)) handler(std::move(taken));
  };
}

/// How long the broker keeps a queue that nobody consumes; nothing if for ever.
std::optional<Duration> lapses_after(const Consumption& queue) {
  const auto expires = queue.queue.arguments.find("x-expires");
  if (expires == queue.queue.arguments.end()) return std::nullopt;
  const auto* ms = std::get_if<std::int64_t>(&expires->second);
  return ms == nullptr ? std::nullopt : std::optional<Duration>(std::chrono::milliseconds(*ms));
}

}  // namespace

Listener::Listener(Runtime& runtime, Transport& transport, ListenerOptions options,
                   ListenLink::Handler handler)
    : runtime_(runtime),
      transport_(transport),
      options_(std::move(options)),
      handler_(for_ours(options_.queues, std::move(handler))),
      changed_(runtime.make_signal("listener " + options_.name)),
      state_(runtime, "listener"),
      task_(runtime, "listener-task",
            runtime.spawn(options_.name + "/listener", [this] { keep(); })) {}

Listener::~Listener() {
  goodbye([this] { close(runtime_.now()); });
}

Listener::Ready Listener::wait_ready(TimePoint deadline, std::optional<int> retry,
                                     std::string* why) {
  const std::int64_t failures_before = state_.lock()->failures;
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    {
      auto state = state_.lock();
      if (state->ready) return Ready::yes;
      if (why != nullptr) *why = state->why;
      if (state->closing || state->cancelled) return Ready::closed;
      if (retry && *retry >= 0 && state->failures - failures_before > *retry)
        return Ready::no_connection;
    }
    if (!changed_->wait(ticket, deadline)) return Ready::too_late;
  }
}

void Listener::cancel() {
  std::shared_ptr<ListenLink> link;
  {
    auto state = state_.lock();
    state->cancelled = true;
    link = state->link;
  }
  changed_->notify();
  if (!link || !link->status().open) return;
  RequestNumber last = 0;
  for (const Consumption& queue : options_.queues)
    last = link->connection().cancel(queue.consumer_tag);
  link->wait_completed(last, never);
}

void Listener::close(TimePoint deadline) {
  std::shared_ptr<ListenLink> link;
  {
    auto state = state_.lock();
    state->closing = true;
    link = std::move(state->link);
  }
  changed_->notify();
  if (link && link->status().open) {
    RequestNumber last = 0;
    for (const Consumption& queue : options_.queues) {
      if (queue.delete_on_close) last = link->connection().delete_queue(queue.queue.queue);
    }
    link->wait_completed(last, deadline);
    link->close(deadline);
  }
  const std::unique_ptr<Task> task = std::move(*task_.lock());
  if (task) task->join();
}

void Listener::keep() {
  Backoff backoff(runtime_, options_.profile);
  for (;;) {
    auto link = std::make_shared<ListenLink>(runtime_, handler_, changed_);
    link->connect(transport_, options_.name);
    {
      auto state = state_.lock();
      if (state->closing || state->cancelled) return;
      state->link = link;
    }
    Closed why;
    if (set_up(*link, why)) {
      backoff.reset();
      options_.consuming();
      state_.lock()->ready = true;
      changed_->notify();
      wait_until_over(*link);
      const ListenLink::Status status = link->status();
      if (status.cancelled && !status.closed) leave(*link);
      why = status.closed ? status.why : Closed{.text = "the broker took a consumer away"};
    } else {
      {
        auto state = state_.lock();
        ++state->failures;
        state->why = why.text;
      }
      changed_->notify();
    }
    tell(why);
    const TimePoint pause_end = deadline_after(runtime_.now(), backoff.next());
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      {
        auto state = state_.lock();
        if (state->closing || state->cancelled) return;
        state->link.reset();
      }
      link.reset();
      if (!changed_->wait(ticket, pause_end)) break;
    }
  }
}

/// The connection lives on for as long as somebody has an unsettled delivery of it. It is to bring
/// no more of them, for the next connection does.
void Listener::leave(ListenLink& link) {
  for (const Consumption& queue : options_.queues) link.connection().cancel(queue.consumer_tag);
}

void Listener::tell(const Closed& why) {
  {
    auto state = state_.lock();
    if (state->closing || state->cancelled) return;
  }
  options_.not_consuming(why);
}

bool Listener::set_up(ListenLink& link, Closed& why) {
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    const ListenLink::Status status = link.status();
    why = status.why;
    if (status.closed || closing()) return false;
    if (status.open) break;
    changed_->wait(ticket, never);
  }
  Connection& connection = link.connection();
  RequestNumber last = 0;
  granted_ = options_.prefetch;
  if (options_.prefetch > 0) last = connection.prefetch(options_.prefetch);
  for (const Consumption& queue : options_.queues) {
    if (queue.exchange) connection.declare_exchange(*queue.exchange);
    last = connection.declare_queue(queue.queue);
    if (queue.exchange)
      last = connection.bind_queue(queue.queue.queue, queue.exchange->exchange, queue.routing_key);
  }
  {
    // Under the lock, so that cancel() comes either before all of these or after.
    auto state = state_.lock();
    if (state->cancelled) return false;
    for (const Consumption& queue : options_.queues)
      last = connection.consume(queue.queue.queue, queue.consumer_tag);
  }
  return link.wait_completed(last, never, &why);
}

void Listener::wait_until_over(ListenLink& link) {
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    const ListenLink::Status status = link.status();
    // Without its consumer the connection is of no use: upstream too starts anew.
    if (status.closed || status.cancelled || closing()) return;
    changed_->wait(ticket, options_.tend(*this));
  }
}

template <class Act>
void Listener::with_connection(Act act) {
  // Under the lock, so that cancel() comes either before all of this or after.
  auto state = state_.lock();
  if (state->link && !state->cancelled && !state->closing) act(state->link->connection());
}

void Listener::pause() {
  with_connection([this](Connection& connection) {
    for (const Consumption& queue : options_.queues) {
      if (!queue.queue.auto_delete) connection.cancel(queue.consumer_tag);
    }
    granted_ = 0;
  });
}

void Listener::resume(std::uint16_t prefetch) {
  with_connection([&](Connection& connection) {
    connection.prefetch(prefetch);
    for (const Consumption& queue : options_.queues) {
      if (!queue.queue.auto_delete) connection.consume(queue.queue.queue, queue.consumer_tag);
    }
    granted_ = prefetch;
  });
}

void Listener::renew() {
  with_connection([this](Connection& connection) {
    for (const Consumption& queue : options_.queues) {
      if (lapses_after(queue))
        connection.declare_queue({.queue = queue.queue.queue, .passive = true});
    }
  });
}

Duration Listener::renewal() const {
  Duration shortest = Duration::max();
  for (const Consumption& queue : options_.queues) {
    if (const auto lapse = lapses_after(queue)) shortest = std::min(shortest, *lapse / 2);
  }
  return shortest;
}

}  // namespace castaway
