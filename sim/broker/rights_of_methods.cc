// Which rights each method takes, in the order in which RabbitMQ asks for them.
// Source: RabbitMQ, rabbit_channel:check_configure_permitted and its like.

#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "rights.h"
#include "state.h"
#include "words/names.h"

namespace castaway::sim {
namespace {

using To = UserRights::To;

/// What one user may do; each throws a Refusal unless that is allowed.
class Permitted {
 public:
  Permitted(const UserRights& rights, const std::string& user, const std::string& virtual_host)
      : rights_(rights), user_(user), virtual_host_(virtual_host) {}

  void queue(To what, const std::string& name) const {
    require(what, name, replies::queue(name, virtual_host_));
  }
  void exchange(To what, const std::string& given) const {
    const std::string name = given.empty() ? std::string(default_exchange_name) : given;
    require(what, name, replies::exchange(name, virtual_host_));
  }

 private:
  void require(To what, const std::string& name, const std::string& of) const {
    if (!rights_.allow(what, name)) throw replies::access_refused(of, user_);
  }

  const UserRights& rights_;
  const std::string& user_;
  const std::string& virtual_host_;
};

const std::string* text_in(const amqp::FieldTable& arguments, std::string_view key) {
  const amqp::FieldValue* const found = arguments.find(key);
  return found == nullptr ? nullptr : found->get<std::string>();
}

}  // namespace

/// What is wrong with a name, or with the default exchange, comes first: whoever carries the method
/// out says it.
struct Broker::State::RightsOf {
  const State& state;
  Channel& channel;
  Permitted may;

  [[nodiscard]] const std::string& named(const std::string& queue) const {
    return queue.empty() ? channel.last_queue : queue;
  }

  void operator()(const amqp::ExchangeDeclare& method) const {
    const std::string& name = method.exchange;
    if (method.passive || name.empty() || !is_exchange_type(method.type)) return;
    may.exchange(To::configure, name);
    const std::string* const alternate = text_in(method.arguments, "alternate-exchange");
    if (alternate == nullptr || state.exchanges.contains(name)) return;
    may.exchange(To::read, name);
    may.exchange(To::write, *alternate);
  }
  void operator()(const amqp::ExchangeDelete& method) const {
    const bool is_refused_anyway = method.exchange.empty() || is_reserved(method.exchange);
    if (!is_refused_anyway) may.exchange(To::configure, method.exchange);
  }
  void operator()(const amqp::QueueDeclare& method) const {
    if (method.passive || is_reserved(method.queue)) return;
    const std::string name = method.queue.empty() ? state.next_queue_name() : method.queue;
    may.queue(To::configure, name);
    const std::string* const dead = text_in(method.arguments, "x-dead-letter-exchange");
    if (dead == nullptr || state.queues.contains(name)) return;
    may.queue(To::read, name);
    may.exchange(To::write, *dead);
  }
  void operator()(const amqp::QueueDelete& method) const {
    may.queue(To::configure, named(method.queue));
  }
  void operator()(const amqp::QueuePurge& method) const {
    may.queue(To::read, named(method.queue));
  }
  void operator()(const amqp::QueueBind& method) const { bind_queue(method); }
  void operator()(const amqp::QueueUnbind& method) const { bind_queue(method); }
  void operator()(const amqp::ExchangeBind& method) const { bind_exchange(method); }
  void operator()(const amqp::ExchangeUnbind& method) const { bind_exchange(method); }
  void operator()(const amqp::BasicConsume& method) const {
    const bool is_refused_anyway =
        !method.consumer_tag.empty() && channel.consumer(method.consumer_tag) != nullptr;
    if (!is_refused_anyway && method.queue != direct_reply_to)
      may.queue(To::read, named(method.queue));
  }
  void operator()(const amqp::BasicGet& method) const { may.queue(To::read, named(method.queue)); }
  template <class Other>
  void operator()(const Other&) const {}

  template <class Method>
  void bind_queue(const Method& method) const {
    may.queue(To::write, named(method.queue));
    if (!method.exchange.empty()) may.exchange(To::read, method.exchange);
  }
  template <class Method>
  void bind_exchange(const Method& method) const {
    may.exchange(To::write, method.destination);
    if (!method.destination.empty() && !method.source.empty())
      may.exchange(To::read, method.source);
  }
};

void Broker::State::check_rights(Channel& channel, const amqp::Method& method) const {
  const std::string& user = channel.connection.user;
  if (const auto found = rights.find(user); found != rights.end())
    std::visit(RightsOf{*this, channel, Permitted(found->second, user, virtual_host)}, method);
}

void Broker::State::check_right_to_publish(const Channel& channel,
                                           const std::string& exchange) const {
  const std::string& user = channel.connection.user;
  if (const auto found = rights.find(user); found != rights.end())
    Permitted(found->second, user, virtual_host).exchange(To::write, exchange);
}

}  // namespace castaway::sim
