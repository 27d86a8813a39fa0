#pragma once
// FaultyConnection: the library's end of a FaultyLink, on the world's task. Puts the world's prefix
// before the names of exchanges and queues.

#include <memory>
#include <string>
#include <utility>

#include "faulty_link.h"

namespace castaway::sim {

class FaultyConnection final : public Connection {
 public:
  FaultyConnection(FaultyLink::World& world, std::shared_ptr<FaultyLink> link)
      : world_(world), link_(std::move(link)) {}
  /// A handler may do this, on the way of an event through the link: so that goes later.
  ~FaultyConnection() override {
    link_->abandon();
    world_.task().post([link = link_] {});
  }

  RequestNumber declare_exchange(const ExchangeDeclaration& declaration) override {
    ExchangeDeclaration own = declaration;
    own.auto_delete = true;  // so that it goes with the run
    world_.declared(own);
    own.exchange = world_.inner(own.exchange);
    return link_->request([own](Connection& c) { c.declare_exchange(own); });
  }
  RequestNumber declare_queue(const QueueDeclaration& declaration) override {
    QueueDeclaration own = declaration;
    if (!own.passive) world_.declared(own);
    own.queue = world_.inner(own.queue);
    return link_->request([own](Connection& c) { c.declare_queue(own); });
  }
  RequestNumber bind_queue(const std::string& queue, const std::string& exchange,
                           const std::string& routing_key) override {
    return link_->request(
        [queue = world_.inner(queue), exchange = world_.inner(exchange),
         routing_key](Connection& c) { c.bind_queue(queue, exchange, routing_key); });
  }
  RequestNumber delete_queue(const std::string& queue) override {
    world_.deleted(queue);
    return link_->request([name = world_.inner(queue)](Connection& c) { c.delete_queue(name); });
  }
  RequestNumber prefetch(std::uint16_t count) override {
    return link_->request([count](Connection& c) { c.prefetch(count); });
  }
  RequestNumber consume(const std::string& queue, const std::string& consumer_tag) override {
    link_->consume(queue, consumer_tag);
    return link_->request([name = world_.inner(queue), consumer_tag](Connection& c) {
      c.consume(name, consumer_tag);
    });
  }
  RequestNumber cancel(const std::string& consumer_tag) override {
    return link_->request([consumer_tag](Connection& c) { c.cancel(consumer_tag); });
  }
  RequestNumber confirm_select() override {
    link_->expect_confirms();
    return link_->request([](Connection& c) { c.confirm_select(); });
  }
  std::uint64_t publish(Publication publication) override {
    return link_->publish(std::move(publication));
  }
  void acknowledge(std::uint64_t delivery_tag, bool multiple) override {
    link_->acknowledge(delivery_tag, multiple);
  }
  void reject(std::uint64_t delivery_tag, bool requeue) override {
    link_->reject(delivery_tag, requeue);
  }
  void close() override {
    if (link_->is_usable()) link_->send_up([](Connection& c) { c.close(); });
  }
  [[nodiscard]] std::uint64_t sent_through() const override { return link_->sent_through(); }

 private:
  FaultyLink::World& world_;
  const std::shared_ptr<FaultyLink> link_;
};

}  // namespace castaway::sim
