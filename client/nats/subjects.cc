#include "subjects.h"

#include "escape.h"

namespace castaway::nats {
namespace {

void require(bool offered, const std::string& what) {
  if (!offered) throw Refused(540, "NOT_IMPLEMENTED - core NATS has no " + what);
}

void require_declared(bool declared, const std::string& what) {
  if (!declared) throw Refused(404, "NOT_FOUND - not declared on this connection: " + what);
}

}  // namespace

void Subjects::declare(const ExchangeDeclaration& exchange) {
  const std::string name = "exchange '" + exchange.exchange + "'";
  if (exchange.passive) return require_declared(exchanges_.contains(exchange.exchange), name);
  require(exchange.type == "topic" || exchange.type == "direct" || exchange.type == "fanout",
          "type '" + exchange.type + "': " + name);
  require(!exchange.durable, "durable " + name);
  require(!exchange.internal, "internal " + name);
  require(exchange.arguments.empty(), "arguments for " + name);
  exchanges_[exchange.exchange] = exchange.type;
}

/// x-expires and auto_delete ask for less than what happens: a queue is gone with its last
/// consumer.
void Subjects::declare(const QueueDeclaration& queue) {
  const std::string name = "queue '" + queue.queue + "'";
  if (queue.passive) return require_declared(queues_.contains(queue.queue), name);
  require(!queue.durable, "durable " + name);
  require(!queue.exclusive, "exclusive " + name);
  for (const auto& [argument, value] : queue.arguments)
    require(argument == "x-expires", argument + ", asked for by " + name);
  queues_[queue.queue];
}

void Subjects::bind(const std::string& queue, const std::string& exchange,
                    const std::string& routing_key) {
  const auto found = queues_.find(queue);
  require_declared(found != queues_.end(), "queue '" + queue + "'");
  require(!exchange.empty(), "bindings to the default exchange");
  std::string subject = of_publication(exchange, routing_key);
  require(
      exchanges_.at(exchange) != "topic" || routing_key.find_first_of("*#") == std::string::npos,
      "wildcards like those of '" + routing_key + "'");
  found->second.insert(std::move(subject));
}

std::set<std::string> Subjects::of_queue(const std::string& queue) const {
  const auto found = queues_.find(queue);
  std::set<std::string> subjects;
  if (found != queues_.end()) subjects = found->second;
  subjects.insert(of_publication("", queue));
  return subjects;
}

std::string Subjects::of_publication(const std::string& exchange,
                                     const std::string& routing_key) const {
  if (exchange.empty()) return "castaway.queue." + escaped(routing_key);
  const auto found = exchanges_.find(exchange);
  require_declared(found != exchanges_.end(), "exchange '" + exchange + "'");
  const std::string subject = "castaway." + found->second + "." + escaped(exchange);
  return found->second == "fanout" ? subject : subject + "." + escaped(routing_key);
}

}  // namespace castaway::nats
