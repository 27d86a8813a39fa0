#pragma once
// Exchange: bindings, and to which queues they route a message.
//
// A binding key without wildcards is looked up; only keys with * or # are tried one by one.
// Source: AMQP 0-9-1, 3.1.3 (exchange types), 3.1.5 (bindings) and 1.6.2.1 exchange.declare;
// RabbitMQ, alternate exchanges.

#include <map>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/sim/broker.h"

namespace castaway::sim {

/// Whether a routing key is one that a binding key of a topic exchange describes: words are parted
/// by dots, * is one word and # any number of them.
[[nodiscard]] bool topic_matches(std::string_view binding_key, std::string_view routing_key);

class Exchange {
 public:
  explicit Exchange(amqp::ExchangeDeclare declaration);

  [[nodiscard]] const amqp::ExchangeDeclare& declaration() const { return declaration_; }

  /// Binding again what is bound changes nothing.
  void bind(const std::string& queue, const std::string& key);
  /// Removes the binding, or all bindings of `queue`. True if that was the last of the exchange.
  bool unbind(const std::string& queue, const std::string& key);
  bool unbind(const std::string& queue);
  [[nodiscard]] bool is_bound() const { return !bound_.empty(); }
  /// Each queue that is bound, with its binding keys.
  [[nodiscard]] const std::map<std::string, std::set<std::string, std::less<>>, std::less<>>&
  bindings() const {
    return bound_;
  }
  /// Appends each queue that is to have a message with `key`, once, in the order of their names.
  void route(std::string_view key, std::vector<std::string_view>& queues) const;
  /// Where what it cannot route goes; empty if nowhere.
  [[nodiscard]] const std::string& alternate() const { return alternate_; }

 private:
  using Queues = std::set<std::string, std::less<>>;
  using Bindings = std::map<std::string, Queues, std::less<>>;

  [[nodiscard]] Bindings& bindings_for(std::string_view key);
  void forget(const std::string& queue, const std::string& key);

  amqp::ExchangeDeclare declaration_;
  std::string alternate_ = {};
  Bindings literal_ = {};   ///< key to queues
  Bindings patterns_ = {};  ///< as literal_: keys of a topic exchange with * or #
  std::map<std::string, Queues, std::less<>> bound_ = {};  ///< queue to its keys
};

}  // namespace castaway::sim
