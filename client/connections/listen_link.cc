#include "listen_link.h"

#include <algorithm>
#include <utility>

namespace castaway {

void Taken::acknowledge() const { link->connection().acknowledge(delivery.delivery_tag); }
void Taken::reject(bool requeue) const {
  link->connection().reject(delivery.delivery_tag, requeue);
}

ListenLink::ListenLink(Runtime& runtime, Handler handler, std::shared_ptr<Signal> changed)
    : runtime_(runtime),
      handler_(std::move(handler)),
      changed_(std::move(changed)),
      status_(runtime, "listen-status") {}

ListenLink::~ListenLink() = default;

void ListenLink::connect(Transport& transport, const std::string& name) {
  connection_ = transport.connect(Purpose::listen, name, *this);
  connected_ = true;
}

bool ListenLink::wait_completed(RequestNumber request, TimePoint deadline, Closed* why) {
  const std::shared_ptr<Signal> answered = runtime_.make_signal("answer of the broker");
  for (;;) {
    const Signal::Ticket ticket = answered->ticket();
    {
      auto state = status_.lock();
      // A request that was carried out before the connection closed still counts.
      if (state->completed >= request) return true;
      if (why != nullptr) *why = state->why;
      if (state->closed) return false;
      state->waiting.emplace(request, answered);
    }
    if (!answered->wait(ticket, deadline)) {
      stop_waiting(answered);
      return false;
    }
  }
}

void ListenLink::stop_waiting(const std::shared_ptr<Signal>& answered) {
  auto state = status_.lock();
  std::erase_if(state->waiting, [&](const auto& entry) { return entry.second == answered; });
}

void ListenLink::close(TimePoint deadline) {
  connection_->close();
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    if (status().closed) return;
    if (!changed_->wait(ticket, deadline)) break;
  }
  // Nobody waits any longer for a broker that does not answer.
  closed({.text = "the broker did not answer a close", .by_us = true});
}

void ListenLink::opened() {
  status_.lock()->open = true;
  changed_->notify();
}

void ListenLink::completed(RequestNumber request) {
  Waiting done;
  {
    auto state = status_.lock();
    if (state->closed) return;
    state->completed = std::max(state->completed, request);
    while (!state->waiting.empty() && state->waiting.begin()->first <= request)
      done.insert(state->waiting.extract(state->waiting.begin()));
  }
  for (const auto& [number, answered] : done) answered->notify();
}

void ListenLink::delivered(Delivery delivery) {
  // Nothing was asked for yet, and there is nothing to settle it on.
  if (!connected_) return;
  // Whoever let go of the link no longer wants what it brings; the broker gives it to others.
  if (auto self = weak_from_this().lock())
    handler_({.link = std::move(self), .delivery = std::move(delivery)});
}

void ListenLink::cancelled(const std::string&) {
  status_.lock()->cancelled = true;
  changed_->notify();
}

void ListenLink::closed(Closed closed) {
  Waiting left;
  {
    auto state = status_.lock();
    if (state->closed) return;
    state->closed = true;
    state->why = std::move(closed);
    left.swap(state->waiting);
  }
  for (const auto& [number, answered] : left) answered->notify();
  changed_->notify();
}

}  // namespace castaway
