// What is said of the broker and its queues: whether it would take them.

#include <memory>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/amqp/transport_words.h"
#include "castaway/sim/broker.h"

#include "format/wording.h"
#include "lint.h"
#include "run/members.h"

namespace castaway::scenario {
namespace {

/// Those that RabbitMQ reads; it ignores any other.
const Names queue_arguments = {"x-dead-letter-exchange",
                               "x-dead-letter-routing-key",
                               "x-delivery-limit",
                               "x-expires",
                               "x-max-in-memory-bytes",
                               "x-max-in-memory-length",
                               "x-max-length",
                               "x-max-length-bytes",
                               "x-max-priority",
                               "x-message-ttl",
                               "x-overflow",
                               "x-queue-type",
                               "x-single-active-consumer"};

/// Hears nothing but why a channel was closed.
class Refusals final : public sim::BrokerOutput, public sim::QueueFaults {
 public:
  std::string why = {};

  void say(sim::ChannelId, const amqp::Method& method) override {
    if (const auto* close = std::get_if<amqp::ChannelClose>(&method)) why = close->reply_text;
    if (const auto* close = std::get_if<amqp::ConnectionClose>(&method)) why = close->reply_text;
  }
  void confirmed(sim::ChannelId, std::uint64_t, bool, bool, const sim::CarriedPtr&) override {}
  void returned(sim::ChannelId, sim::BrokerReturn) override {}
  void deliver(sim::ChannelId, sim::BrokerDelivery) override {}
  void consumes(sim::ConnectionId, const std::string&) override {}
  void lapsed(const std::string&) override {}
  void dropped(const sim::CarriedPtr&, const std::string&, std::string_view) override {}
  void removed(const std::string&) override {}
  void accepted(sim::ConnectionId, const sim::CarriedPtr&, const amqp::Publication&,
                std::size_t) override {}
  void settled(sim::ConnectionId, const sim::CarriedPtr&, std::uint32_t, bool, bool) override {}
  void wake_at(TimePoint) override {}
};

/// What is wrong with rights; empty if nothing is.
std::string wrong_with(const sim::Rights& rights) {
  Refusals refusals;
  try {
    sim::Broker(refusals, refusals).set_rights("lint", rights);
    return "";
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
}

/// Why the broker would not have the queue of a server; empty if it would.
std::string refused(const QueueOptions& options) {
  Refusals refusals;
  sim::Broker broker(refusals, refusals);
  const sim::ChannelId channel = {broker.open({.name = "lint"}, {}), 1};
  broker.take(channel, amqp::ChannelOpen{}, {});
  const Topology topology(TopologyPolicy::oslo, options, "openstack");
  const QueueDeclaration queue =
      topology.server_queues({.topic = "t", .server = "s"}, "id")[0].queue;
  broker.take(channel, amqp::to_amqp(queue), {});
  return refusals.why;
}

}  // namespace

void Linter::look_at_broker() {
  const BrokerWorld& broker = scenario_.broker;
  const At at = At() / "broker";
  if (std::string why = sim::validate(broker.latency); !why.empty())
    complain(at / "latency", std::move(why));
  if (broker.consumer_timeout.age <= Duration::zero())
    complain(at / "consumer_timeout", "no delivery could be acknowledged in time");
  if (broker.consumer_timeout.tick <= Duration::zero())
    complain(at / "channel_tick_interval", "the broker would do nothing but look");
  look_at_queue_arguments(at / "queue_arguments", broker.queue_arguments);
  for (std::size_t i = 0; i < scenario_.servers.size(); ++i) {
    const Server& server = scenario_.servers[i];
    const At own = At() / "servers" / i / "queue_arguments";
    look_at_queue_arguments(own, server.queue_arguments);
    const bool has_own = !server.queue_arguments.json().empty();
    // What the broker's settings say is complained of once.
    if (!has_own && i > 0) continue;
    const sim::MemberSettings member = member_of(scenario_, SubjectProfile::strict, server.id);
    if (const std::string why = refused(member.queues); !why.empty())
      complain(has_own ? own : at / "queue_arguments", fmt::format("the broker says {}", why));
  }
}

void Linter::look_at_rights(const At& at, const std::optional<sim::Rights>& rights) {
  if (!rights) return;
  if (const std::string why = wrong_with(*rights); !why.empty()) complain(at / "rights", why);
}

void Linter::look_at_queue_arguments(const At& at, const Object& arguments) {
  for (const auto& [name, value] : arguments.json().items())
    require(at / name, "argument of a queue is called", name, queue_arguments);
}

}  // namespace castaway::scenario
