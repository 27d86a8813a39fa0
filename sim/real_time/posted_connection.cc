#include "posted_connection.h"

#include <utility>

namespace castaway::sim {

PostedConnection::PostedConnection(LiveTask& world, Make make, ConnectionEvents& events)
    : world_(world) {
  world_.post([shared = shared_, make = std::move(make), &events] {
    if (!shared->over) shared->inner = make(events);
  });
}

PostedConnection::~PostedConnection() {
  world_.ask([shared = shared_] {
    shared->over = true;
    shared->inner.reset();
  });
}

RequestNumber PostedConnection::declare_exchange(const ExchangeDeclaration& declaration) {
  return request([declaration](Connection& c) { c.declare_exchange(declaration); });
}
RequestNumber PostedConnection::declare_queue(const QueueDeclaration& declaration) {
  return request([declaration](Connection& c) { c.declare_queue(declaration); });
}
RequestNumber PostedConnection::bind_queue(const std::string& queue, const std::string& exchange,
                                           const std::string& routing_key) {
  return request([=](Connection& c) { c.bind_queue(queue, exchange, routing_key); });
}
RequestNumber PostedConnection::delete_queue(const std::string& queue) {
  return request([queue](Connection& c) { c.delete_queue(queue); });
}
RequestNumber PostedConnection::prefetch(std::uint16_t count) {
  return request([count](Connection& c) { c.prefetch(count); });
}
RequestNumber PostedConnection::consume(const std::string& queue, const std::string& consumer_tag) {
  return request([=](Connection& c) { c.consume(queue, consumer_tag); });
}
RequestNumber PostedConnection::cancel(const std::string& consumer_tag) {
  return request([consumer_tag](Connection& c) { c.cancel(consumer_tag); });
}
RequestNumber PostedConnection::confirm_select() {
  return request([](Connection& c) { c.confirm_select(); });
}

std::uint64_t PostedConnection::publish(Publication publication) {
  return post([publication = std::move(publication)](
                  Connection& c) { static_cast<void>(c.publish(publication)); },
              &publications_);
}
void PostedConnection::acknowledge(std::uint64_t delivery_tag, bool multiple) {
  post([=](Connection& c) { c.acknowledge(delivery_tag, multiple); });
}
void PostedConnection::reject(std::uint64_t delivery_tag, bool requeue) {
  post([=](Connection& c) { c.reject(delivery_tag, requeue); });
}
void PostedConnection::close() {
  post([](Connection& c) { c.close(); });
}

std::uint64_t PostedConnection::post(std::function<void(Connection&)> act, std::uint64_t* counter) {
  return world_.post(
      [shared = shared_, act = std::move(act)] {
        if (!shared->inner) return;
        act(*shared->inner);
        if (shared->inner) shared->sent_through = shared->inner->sent_through();
      },
      counter);
}

RequestNumber PostedConnection::request(std::function<void(Connection&)> act) {
  return post(std::move(act), &requests_);
}

}  // namespace castaway::sim
