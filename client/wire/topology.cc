#include "castaway/topology.h"

#include <limits>
#include <stdexcept>
#include <string_view>
#include <utility>

#include "castaway/error.h"

namespace castaway {
namespace {

/// Leaves letters, digits, '_' and '-' as they are, and writes every other byte as %XX: what is
/// left means nothing to a topic exchange, and '.' can join escaped parts.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '_' || c == '-';
    if (plain) {
      out += c;
      continue;
    }
    constexpr std::string_view digits = "0123456789ABCDEF";
    const auto byte = static_cast<unsigned char>(c);
    out.append(1, '%').append(1, digits[byte >> 4]).append(1, digits[byte & 15]);
  }
  return out;
}

const std::string& checked(const std::string& name, const Target& target) {
  if (name.size() > longest_name) {
    throw InvalidTarget("A name of " + std::to_string(name.size()) + " bytes, and AMQP allows " +
                        std::to_string(longest_name) + ": " + to_string(target));
  }
  return name;
}

}  // namespace

/// What a target's exchanges and queues are called. With policy isolated a name has as many parts,
/// joined by dots, as no other kind of name has: topic queues two, server queues three, and so on.
struct Topology::Names {
  std::string exchange = {};
  std::string topic = {};
  std::string server = {};  ///< without meaning if the target has no server
  std::string fanout_exchange = {};
  std::string fanout_queue = {};  ///< but for the id
};

Topology::Topology(TopologyPolicy policy, const QueueOptions& options, std::string control_exchange)
    : policy_(policy), options_(options), control_exchange_(std::move(control_exchange)) {
  if (control_exchange_.empty()) throw std::invalid_argument("control_exchange is empty");
  if (options_.rabbit_ha_queues && options_.rabbit_quorum_queue) {
    throw std::invalid_argument(
        "rabbit_ha_queues and rabbit_quorum_queue cannot be used together: quorum queues are "
        "replicated as they are");
  }
  constexpr auto longest = std::chrono::milliseconds(std::numeric_limits<std::int32_t>::max());
  const Duration ttl = options_.rabbit_transient_queues_ttl;
  if (ttl < Duration::zero() || ttl > longest) {
    throw std::invalid_argument("rabbit_transient_queues_ttl is " + to_string(ttl) +
                                ", and must be 0s or more and at most " + to_string(longest));
  }
}

Topology::Names Topology::names_of(const Target& target) const {
  const std::string& exchange = target.exchange.empty() ? control_exchange_ : target.exchange;
  const std::string& topic = target.topic;
  if (policy_ == TopologyPolicy::oslo) {
    return {.exchange = exchange,
            .topic = topic,
            .server = topic + '.' + target.server,
            .fanout_exchange = topic + "_fanout",
            .fanout_queue = topic + "_fanout_"};
  }
  const std::string scope = escaped(exchange) + '.' + escaped(topic);
  return {.exchange = escaped(exchange),
          .topic = scope,
          .server = scope + '.' + escaped(target.server),
          .fanout_exchange = scope + "_fanout",
          .fanout_queue = scope + "._fanout_."};
}

ExchangeDeclaration Topology::control_exchange(const std::string& name) const {
  return {.exchange = name,
          .type = "topic",
          .durable = options_.amqp_durable_queues || options_.rabbit_quorum_queue,
          .auto_delete = options_.amqp_auto_delete};
}

QueueDeclaration Topology::lasting_queue(const std::string& name) const {
  QueueDeclaration queue = {.queue = name,
                            .durable = options_.amqp_durable_queues || options_.rabbit_quorum_queue,
                            .auto_delete = options_.amqp_auto_delete,
                            .arguments = {options_.arguments.begin(), options_.arguments.end()}};
  const auto set = [&](const char* argument, TableValue value) {
    queue.arguments.emplace(argument, std::move(value));
  };
  if (options_.rabbit_ha_queues) set("x-ha-policy", "all");
  if (!options_.rabbit_quorum_queue) return queue;
  set("x-queue-type", "quorum");
  const auto limit = [&](const char* argument, std::uint32_t count) {
    if (count != 0) set(argument, std::int64_t{count});
  };
  limit("x-delivery-limit", options_.rabbit_quorum_delivery_limit);
  limit("x-max-in-memory-length", options_.rabbit_quorum_max_memory_length);
  limit("x-max-in-memory-bytes", options_.rabbit_quorum_max_memory_bytes);
  return queue;
}

Table Topology::transient_arguments() const {
  Table arguments;
  const auto ttl =
      std::chrono::duration_cast<std::chrono::milliseconds>(options_.rabbit_transient_queues_ttl);
  if (ttl.count() > 0) arguments["x-expires"] = std::int64_t{ttl.count()};
  if (options_.rabbit_ha_queues) arguments["x-ha-policy"] = "all";
  return arguments;
}

std::vector<Consumption> Topology::server_queues(const Target& target,
                                                 const std::string& id) const {
  const Names names = names_of(target);
  const ExchangeDeclaration control = control_exchange(checked(names.exchange, target));
  const auto named = [&](const std::string& name, std::string tag) -> Consumption {
    return {.exchange = control,
            .queue = lasting_queue(checked(name, target)),
            .routing_key = name,
            .consumer_tag = std::move(tag)};
  };
  const std::string fanout_queue = names.fanout_queue + id;
  return {named(names.topic, "1"),
          named(names.server, "2"),
          {.exchange =
               ExchangeDeclaration{
                   .exchange = names.fanout_exchange, .type = "fanout", .auto_delete = true},
           .queue = {.queue = checked(fanout_queue, target), .arguments = transient_arguments()},
           .routing_key = names.topic,
           .consumer_tag = "3",
           .delete_on_close = true}};
}

Consumption Topology::reply_queue(const std::string& name) const {
  return {.queue = {.queue = name,
                    .exclusive = options_.exclusive_reply_queues,
                    .arguments = transient_arguments()},
          .consumer_tag = "1"};
}

Address Topology::address_of(const Target& target) const {
  const Names names = names_of(target);
  if (target.fanout) {
    return {.exchange = {.exchange = checked(names.fanout_exchange, target),
                         .type = "fanout",
                         .auto_delete = true}};
  }
  return {.exchange = control_exchange(checked(names.exchange, target)),
          .routing_key = checked(target.server.empty() ? names.topic : names.server, target)};
}

}  // namespace castaway
