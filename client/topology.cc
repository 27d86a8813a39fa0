#include "castaway/topology.h"

namespace castaway {
namespace {

// The broker deletes a fanout or reply queue that nobody has used for 30 minutes.
constexpr std::int64_t transient_queue_ttl_ms = 1'800'000;

Consumption topic_queue(const ExchangeDeclaration& exchange, const std::string& name,
                        std::string tag) {
  return {.exchange = exchange,
          .queue = {.queue = name, .durable = exchange.durable},
          .routing_key = name,
          .consumer_tag = std::move(tag)};
}

}  // namespace

ExchangeDeclaration control_exchange(const std::string& exchange, bool durable) {
  return {.exchange = exchange, .type = "topic", .durable = durable};
}

ExchangeDeclaration fanout_exchange(const std::string& topic) {
  return {.exchange = topic + "_fanout", .type = "fanout", .auto_delete = true};
}

std::vector<Consumption> server_queues(const Target& target, const std::string& exchange,
                                       bool durable, const std::string& id) {
  const ExchangeDeclaration control = control_exchange(exchange, durable);
  return {topic_queue(control, target.topic, "1"),
          topic_queue(control, target.topic + "." + target.server, "2"),
          {.exchange = fanout_exchange(target.topic),
           .queue = {.queue = target.topic + "_fanout_" + id,
                     .arguments = {{"x-expires", transient_queue_ttl_ms}}},
           .routing_key = target.topic,
           .consumer_tag = "3",
           .delete_on_close = true}};
}

Consumption reply_queue(const std::string& name) {
  return {.queue = {.queue = name, .arguments = {{"x-expires", transient_queue_ttl_ms}}},
          .consumer_tag = "1"};
}

Address address_of(const Target& target, const std::string& exchange, bool durable) {
  if (target.fanout) return {.exchange = fanout_exchange(target.topic)};
  const std::string key = target.server.empty() ? target.topic : target.topic + "." + target.server;
  return {.exchange = control_exchange(exchange, durable), .routing_key = key};
}

}  // namespace castaway
