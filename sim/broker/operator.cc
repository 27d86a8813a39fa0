// What an operator does to the broker, or an accident. What only one virtual host has a part in is
// in restart.cc and half_broken.cc.

#include <iterator>
#include <memory>
#include <stdexcept>
#include <utility>
#include <vector>

#include "castaway/sim/broker.h"

#include "rights.h"
#include "state.h"
#include "virtual_host.h"

namespace castaway::sim {

void Broker::block(const std::string& reason, TimePoint /*now*/) {
  hosts_->conditions.shortage = reason;
}

void Broker::unblock(TimePoint now) {
  hosts_->conditions.shortage.reset();
  for (const auto& [name, host] : hosts_->all()) host->state.unblock(now);
}

std::vector<Returning> Broker::restart(bool keep_durable, TimePoint now, Duration forgotten) {
  std::vector<Returning> again;
  for (const auto& [name, host] : hosts_->all()) {
    std::vector<Returning> of_host = host->state.restart(keep_durable, now, forgotten);
    std::move(of_host.begin(), of_host.end(), std::back_inserter(again));
  }
  return again;
}

void Broker::remember_settled(Duration age) { hosts_->conditions.remembered = age; }

void Broker::set_consumer_timeout(ConsumerTimeout timeout) {
  if (timeout.age <= Duration::zero() || timeout.tick <= Duration::zero())
    throw std::invalid_argument("The times of a consumer_timeout have to be positive.");
  hosts_->conditions.timeout = timeout;
}

void Broker::set_rights(const std::string& user, const Rights& rights,
                        const std::string& virtual_host) {
  hosts_->named(virtual_host).rights.insert_or_assign(user, UserRights(rights));
}

void Broker::delete_queue(const std::string& queue, TimePoint now) {
  const auto [host, name] = hosts_->home_of(queue);
  if (const std::shared_ptr<Queue> found = host->queue(name)) host->remove(found);
  host->finish(now);
}

std::vector<ConnectionId> Broker::cancel_consumers(const std::string& queue,
                                                   const std::function<bool(ConnectionId)>& of,
                                                   TimePoint now) {
  const auto [host, name] = hosts_->home_of(queue);
  const std::shared_ptr<Queue> found = host->queue(name);
  if (found == nullptr) return {};
  return host->cancel_consumers(found, of, now);
}

std::size_t Broker::unbind(const std::string& queue, const std::string& exchange,
                           const std::string& routing_key, TimePoint now) {
  const auto [host, name] = hosts_->home_of(queue);
  return host->unbind(name, exchange, routing_key, now);
}

void Broker::bind_again(TimePoint now) {
  for (const auto& [name, host] : hosts_->all()) host->state.bind_again(now);
}

std::size_t Broker::purge(const std::string& queue, TimePoint now) {
  const auto [host, name] = hosts_->home_of(queue);
  const std::shared_ptr<Queue> found = host->queue(name);
  const std::size_t dropped = found == nullptr ? 0 : host->purge(*found);
  host->finish(now);
  return dropped;
}

void Broker::close_channels(ConnectionId id, ChannelUse use, std::uint16_t code,
                            const std::string& text, TimePoint now) {
  const auto [host, connection] = hosts_->find(id);
  if (host != nullptr) host->close_channels(id, use, {.code = code, .text = text}, now);
}

void Broker::stop_node(std::uint64_t node, TimePoint now) {
  for (const auto& [name, host] : hosts_->all()) host->state.stop_node(node, now);
}

void Broker::start_node(std::uint64_t node, TimePoint now) {
  for (const auto& [name, host] : hosts_->all()) host->state.start_node(node, now);
}

}  // namespace castaway::sim
