#include "listen_link.h"

#include <utility>

namespace castaway {

void Taken::acknowledge() const { link->connection().acknowledge(delivery.delivery_tag); }
void Taken::reject(bool requeue) const {
  link->connection().reject(delivery.delivery_tag, requeue);
}

ListenLink::ListenLink(Runtime& runtime, Handler handler, std::shared_ptr<Signal> changed)
    : handler_(std::move(handler)),
      changed_(std::move(changed)),
      status_(runtime, "listen-status") {}

ListenLink::~ListenLink() = default;

void ListenLink::connect(Transport& transport, const std::string& name) {
  connection_ = transport.connect(Purpose::listen, name, *this);
}

bool ListenLink::wait_completed(RequestNumber request, TimePoint deadline, Closed* why) {
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    const Status now = status();
    // A request that was carried out before the connection closed still counts.
    if (now.completed >= request) return true;
    if (why != nullptr) *why = now.why;
    if (now.closed || !changed_->wait(ticket, deadline)) return false;
  }
}

void ListenLink::close(TimePoint deadline) {
  connection_->close();
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    if (status().closed || !changed_->wait(ticket, deadline)) return;
  }
}

void ListenLink::opened() {
  status_.lock()->open = true;
  changed_->notify();
}

void ListenLink::completed(RequestNumber request) {
  status_.lock()->completed = request;
  changed_->notify();
}

void ListenLink::delivered(Delivery delivery) {
  handler_({.link = shared_from_this(), .delivery = std::move(delivery)});
}

void ListenLink::cancelled(const std::string&) {
  status_.lock()->cancelled = true;
  changed_->notify();
}

void ListenLink::closed(Closed closed) {
  {
    auto status = status_.lock();
    status->closed = true;
    status->why = std::move(closed);
  }
  changed_->notify();
}

}  // namespace castaway
