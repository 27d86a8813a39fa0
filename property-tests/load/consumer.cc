#include "consumer.h"

#include <utility>

namespace castaway::load {

Consumer::Consumer(Runtime& runtime, Transport& transport,
                   const std::vector<std::unique_ptr<Flow>>& flows)
    : flows_(flows), changed_(runtime.make_signal("the consumer")) {
  connection_ = transport.connect(Purpose::listen, "consumer", *this);
  connection_->declare_exchange({.exchange = exchange});
  for (std::size_t i = 0; i < flows.size(); ++i) {
    const std::string queue = topic_of(i);
    connection_->declare_queue({.queue = queue});
    connection_->bind_queue(queue, exchange, queue);
    last_ = connection_->consume(queue, std::to_string(i));
  }
}

void Consumer::wait_until_ready() {
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    if (completed_ >= last_) return;
    changed_->wait(ticket, never);
  }
}

void Consumer::completed(RequestNumber request) {
  completed_ = request;
  changed_->notify();
}

void Consumer::delivered(Delivery delivery) {
  connection_->acknowledge(delivery.delivery_tag);
  flows_.at(std::stoul(delivery.consumer_tag))->delivered();
}

void Consumer::closed(Closed closed) {
  for (const auto& flow : flows_) flow->broken(closed.text);
}

}  // namespace castaway::load
