#pragma once
// Exchange: bindings, and where they route a message: to queues, and to other exchanges.
//
// A binding key without wildcards is looked up; only keys with * or # are tried one by one, and the
// arguments of the bindings of a headers exchange. Of one destination with one key there may be
// several bindings, with different arguments.
// Source: AMQP 0-9-1, 3.1.3 (exchange types), 3.1.5 (bindings) and 1.6.2.1 exchange.declare;
// RabbitMQ, alternate exchanges, exchange to exchange bindings.

#include <compare>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/sim/broker.h"

#include "words/replies.h"

namespace castaway::sim {

/// Whether a routing key is one that a binding key of a topic exchange describes: words are parted
/// by dots, * is one word and # any number of them.
[[nodiscard]] bool topic_matches(std::string_view binding_key, std::string_view routing_key);

/// Whether a message with these headers, or none, is one that a binding of a headers exchange wants
/// that has these arguments. Source: RabbitMQ, rabbit_exchange_type_headers.
[[nodiscard]] bool headers_match(const amqp::FieldTable& arguments,
                                 const amqp::FieldTable* headers);
/// Why no binding of a headers exchange can have these arguments; nothing if one can.
[[nodiscard]] std::optional<Refusal> bad_headers_binding(const amqp::FieldTable& arguments);

/// What can be bound to an exchange.
struct Destination {
  bool is_exchange = false;  ///< or a queue
  std::string name = {};
  friend auto operator<=>(const Destination&, const Destination&) = default;
};

/// A binding, without what it binds to what.
struct Binding {
  std::string key = {};
  amqp::FieldTable arguments = {};  ///< in the order of their keys
  friend bool operator==(const Binding&, const Binding&) = default;
};

/// Where a message goes to. Names may be there twice.
struct Routes {
  std::vector<std::string_view> queues = {};
  std::vector<std::string_view> exchanges = {};

  [[nodiscard]] bool empty() const { return queues.empty() && exchanges.empty(); }
  void clear() {
    queues.clear();
    exchanges.clear();
  }
  void add(const Destination& to) { (to.is_exchange ? exchanges : queues).push_back(to.name); }
};

class Exchange {
 public:
  explicit Exchange(amqp::ExchangeDeclare declaration);

  [[nodiscard]] const amqp::ExchangeDeclare& declaration() const { return declaration_; }

  /// Binding again what is bound changes nothing.
  void bind(const Destination& to, Binding binding);
  /// Removes the binding, or all bindings of `to`. True if that was the last of the exchange.
  bool unbind(const Destination& to, const Binding& binding);
  bool unbind(const Destination& to);
  [[nodiscard]] bool is_bound() const { return !bound_.empty(); }
  [[nodiscard]] const std::map<Destination, std::vector<Binding>>& bindings() const {
    return bound_;
  }
  /// Appends what is to have a message with one of these keys, or with these headers.
  void route(std::span<const std::string_view> keys, const amqp::FieldTable* headers,
             Routes& to) const;
  /// Where what it cannot route goes; empty if nowhere.
  [[nodiscard]] const std::string& alternate() const { return alternate_; }

 private:
  using Destinations = std::multiset<Destination>;  ///< each as often as it has bindings of a key
  using Bindings = std::map<std::string, Destinations, std::less<>>;

  [[nodiscard]] Bindings& bindings_for(std::string_view key);
  void forget(const Destination& to, const std::string& key);

  amqp::ExchangeDeclare declaration_;
  std::string alternate_ = {};
  Bindings literal_ = {};   ///< by key
  Bindings patterns_ = {};  ///< as literal_: keys of a topic exchange with * or #
  std::map<Destination, std::vector<Binding>> bound_ = {};
};

}  // namespace castaway::sim
