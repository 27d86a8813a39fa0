#include "castaway/topology.h"

#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <set>
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/error.h"

namespace castaway {
namespace {

using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;

const Target host{.topic = "compute", .server = "host-1"};

std::vector<std::string> queue_names(const Topology& topology, const Target& target) {
  std::vector<std::string> names;
  for (const Consumption& queue : topology.server_queues(target, "f00"))
    names.push_back(queue.queue.queue);
  return names;
}

TEST(Topology, OsloNamesThingsAsOsloMessagingDoes) {
  const Topology topology(TopologyPolicy::oslo, {}, "openstack");
  EXPECT_THAT(queue_names(topology, host),
              ElementsAre("compute", "compute.host-1", "compute_fanout_f00"));
  EXPECT_EQ(topology.address_of(host).exchange.exchange, "openstack");
  EXPECT_EQ(topology.address_of(host).routing_key, "compute.host-1");
  EXPECT_EQ(topology.address_of({.exchange = "nova", .topic = "compute"}).exchange.exchange,
            "nova");
  EXPECT_EQ(topology.address_of({.topic = "compute"}).routing_key, "compute");
  const Address all = topology.address_of({.topic = "compute", .server = "s", .fanout = true});
  EXPECT_EQ(all.exchange.exchange, "compute_fanout");
  EXPECT_EQ(all.routing_key, "") << "fanout wins over the server";
}

TEST(Topology, IsolatedPutsTheExchangeIntoEachNameAndEscapesWhatIsSpecial) {
  const Topology topology(TopologyPolicy::isolated, {}, "openstack");
  EXPECT_THAT(queue_names(topology, host),
              ElementsAre("openstack.compute", "openstack.compute.host-1",
                          "openstack.compute._fanout_.f00"));
  EXPECT_THAT(
      queue_names(topology, {.exchange = "e.x", .topic = "a.*", .server = "#é%"}),
      ElementsAre("e%2Ex.a%2E%2A", "e%2Ex.a%2E%2A.%23%C3%A9%25", "e%2Ex.a%2E%2A._fanout_.f00"));
  EXPECT_EQ(topology.address_of({.topic = "compute", .fanout = true}).exchange.exchange,
            "openstack.compute_fanout");
}

/// All texts of up to three characters, of those that could make two names meet.
std::vector<std::string> nasty_names() {
  const std::string characters = "a._%*#2E";
  std::vector<std::string> names;
  for (const char a : characters) {
    names.emplace_back(1, a);
    for (const char b : characters) {
      names.push_back({a, b});
      if (a == '.' || a == '_' || a == '%') names.push_back({a, b, 'E'});
    }
  }
  names.emplace_back("_fanout");
  names.emplace_back("_fanout_f00");
  names.emplace_back("_fanout_.f00");
  names.emplace_back("a_fanout");
  return names;
}

TEST(Topology, IsolatedGivesNoTwoTriplesOneNameAndNoNameAWildcard) {
  const Topology topology(TopologyPolicy::isolated, {}, "openstack");
  std::map<std::string, Target> queues;
  std::map<std::string, std::pair<std::string, std::string>> exchanges;
  const std::vector<std::string> names = nasty_names();
  const std::vector<std::string> few = {"a", ".", "a.", ".a", "%2E", "_fanout", "a_fanout", "#"};
  for (const std::string& exchange : few) {
    for (const std::string& topic : names) {
      for (const std::string& server : few) {
        const Target target{.exchange = exchange, .topic = topic, .server = server};
        for (const Consumption& queue : topology.server_queues(target, "f00")) {
          const std::string& name = queue.queue.queue;
          EXPECT_EQ(name.find_first_of("*#"), std::string::npos) << name;
          EXPECT_EQ(queue.routing_key.find_first_of("*#"), std::string::npos) << queue.routing_key;
          Target owner = target;
          if (queue.consumer_tag != "2") owner.server.clear();
          owner.fanout = queue.consumer_tag == "3";
          const auto [known, added] = queues.emplace(name, owner);
          EXPECT_EQ(known->second, owner) << name;
        }
      }
      const std::string fanout =
          topology.address_of({.exchange = exchange, .topic = topic, .fanout = true})
              .exchange.exchange;
      const std::string control =
          topology.address_of({.exchange = exchange, .topic = topic}).exchange.exchange;
      const auto own = std::pair(exchange, topic);
      const auto shared = std::pair(exchange, std::string());
      EXPECT_EQ(exchanges.emplace(fanout, own).first->second, own) << fanout;
      EXPECT_EQ(exchanges.emplace(control, shared).first->second, shared) << control;
    }
  }
}

TEST(Topology, ANameBeyondWhatAMQPCanSayIsRefusedAndNotCut) {
  for (const auto policy : {TopologyPolicy::oslo, TopologyPolicy::isolated}) {
    const Topology topology(policy, {}, "x");
    const Target longest{.topic = std::string(policy == TopologyPolicy::oslo ? 255 : 253, 't')};
    EXPECT_EQ(topology.address_of(longest).routing_key.size(), 255U);
    Target longer = longest;
    longer.topic += 't';
    EXPECT_THROW(std::ignore = topology.address_of(longer), InvalidTarget);
    EXPECT_THROW(
        std::ignore = topology.address_of({.exchange = std::string(256, 'e'), .topic = "t"}),
        InvalidTarget);
    EXPECT_THROW(
        std::ignore = topology.address_of({.topic = std::string(250, 't'), .fanout = true}),
        InvalidTarget);
    longer.server = "s";
    EXPECT_THROW(std::ignore = topology.server_queues(longer, "f00"), InvalidTarget);
  }
}

// ---- how queues are declared
// ---------------------------------------------------------------------

std::string declared(const ExchangeDeclaration& exchange) {
  return "exchange " + exchange.exchange + ' ' + exchange.type +
         (exchange.durable ? " durable" : "") + (exchange.auto_delete ? " auto-delete" : "");
}

std::string declared(const QueueDeclaration& queue) {
  json arguments = json::object();
  for (const auto& [name, value] : queue.arguments)
    std::visit([&, key = name](const auto& plain) { arguments[key] = plain; }, value);
  return "queue " + queue.queue + (queue.durable ? " durable" : "") +
         (queue.auto_delete ? " auto-delete" : "") + ' ' + arguments.dump();
}

std::string declared(const json& method, const json& args) {
  if (method == "exchange.declare") {
    return declared(ExchangeDeclaration{.exchange = args.at("exchange"),
                                        .type = args.at("type"),
                                        .durable = args.at("durable"),
                                        .auto_delete = args.at("auto-delete")});
  }
  QueueDeclaration queue{.queue = args.at("queue"),
                         .durable = args.at("durable"),
                         .auto_delete = args.at("auto-delete")};
  for (const json& argument : args.at("arguments")) {
    TableValue& value = queue.arguments[argument.at(0)];
    if (argument.at(2).is_string()) {
      value = argument.at(2).get<std::string>();
    } else {
      value = argument.at(2).get<std::int64_t>();
    }
  }
  return declared(queue);
}

struct GoldenTopology {
  std::string name = {};
  QueueOptions options = {};
  friend void PrintTo(const GoldenTopology& golden, std::ostream* out) { *out << golden.name; }
};

class TopologyGolden : public testing::TestWithParam<GoldenTopology> {};

/// What the first server, the client's listener and its publisher declared in a recording.
TEST_P(TopologyGolden, DeclaresWhatOsloMessagingDeclared) {
  const std::filesystem::path folder =
      std::filesystem::path(CASTAWAY_SOURCE_DIR) / "client/golden/oslo-14.0.3";
  std::ifstream file(folder / (GetParam().name + ".json"), std::ios::binary);
  const json recording = json::parse(std::string{std::istreambuf_iterator<char>(file), {}});
  std::vector<std::string> recorded;
  std::string fanout_id;
  std::string reply_q;
  for (const json& frame : recording.at("frames")) {
    const std::string method = frame.value("method", "");
    if (frame.at("conn") == 3 || (method != "exchange.declare" && method != "queue.declare"))
      continue;
    const json& args = frame.at("args");
    recorded.push_back(declared(frame.at("method"), args));
    const std::string queue = args.value("queue", "");
    if (queue.starts_with("golden_fanout_")) fanout_id = queue.substr(14);
    if (queue.starts_with("reply_")) reply_q = queue;
  }

  const Topology topology(TopologyPolicy::oslo, GetParam().options, "openstack");
  std::vector<std::string> ours;
  for (const Consumption& queue :
       topology.server_queues({.topic = "golden", .server = "server1"}, fanout_id)) {
    ours.push_back(declared(*queue.exchange));
    ours.push_back(declared(queue.queue));
  }
  ours.push_back(declared(topology.reply_queue(reply_q).queue));
  ours.push_back(declared(topology.address_of({.topic = "golden"}).exchange));
  EXPECT_EQ(ours, recorded);
}

INSTANTIATE_TEST_SUITE_P(
    Oslo, TopologyGolden,
    testing::Values(GoldenTopology{"call_result", {}},
                    GoldenTopology{"call_durable_queues", {.amqp_durable_queues = true}},
                    GoldenTopology{"call_auto_delete", {.amqp_auto_delete = true}},
                    GoldenTopology{"call_quorum_queues", {.rabbit_quorum_queue = true}}),
    [](const auto& instance) { return instance.param.name; });

TEST(QueueOptions, AreArgumentsOfTheQueuesTheyAreMeantFor) {
  const auto arguments = [](const QueueOptions& options) {
    const Topology topology(TopologyPolicy::oslo, options, "openstack");
    std::vector<std::string> all;
    for (const Consumption& queue : topology.server_queues(host, "f00"))
      all.push_back(declared(queue.queue));
    all.push_back(declared(topology.reply_queue("reply_1").queue));
    return all;
  };
  EXPECT_THAT(arguments({.rabbit_ha_queues = true}),
              ElementsAre(R"(queue compute {"x-ha-policy":"all"})",
                          R"(queue compute.host-1 {"x-ha-policy":"all"})",
                          R"(queue compute_fanout_f00 {"x-expires":1800000,"x-ha-policy":"all"})",
                          R"(queue reply_1 {"x-expires":1800000,"x-ha-policy":"all"})"));
  EXPECT_EQ(arguments({.rabbit_quorum_queue = true,
                       .rabbit_quorum_delivery_limit = 3,
                       .rabbit_quorum_max_memory_length = 100,
                       .rabbit_quorum_max_memory_bytes = 4'000'000'000})
                .front(),
            R"(queue compute durable {"x-delivery-limit":3,"x-max-in-memory-bytes":4000000000,)"
            R"("x-max-in-memory-length":100,"x-queue-type":"quorum"})");
  EXPECT_EQ(arguments({.rabbit_transient_queues_ttl = 90s}).back(),
            R"(queue reply_1 {"x-expires":90000})");
  EXPECT_EQ(arguments({.rabbit_transient_queues_ttl = 0s}).back(), "queue reply_1 {}");
  EXPECT_EQ(arguments({.rabbit_transient_queues_ttl = 2147483647ms}).back(),
            R"(queue reply_1 {"x-expires":2147483647})");
}

std::string refusal(const QueueOptions& options, const std::string& exchange = "openstack") {
  try {
    const Topology topology(TopologyPolicy::oslo, options, exchange);
  } catch (const std::invalid_argument& error) {
    return error.what();
  }
  return "none";
}

TEST(QueueOptions, ThatContradictEachOtherAreRefused) {
  EXPECT_THAT(refusal({.rabbit_ha_queues = true, .rabbit_quorum_queue = true}),
              HasSubstr("cannot be used together"));
  EXPECT_EQ(refusal({.rabbit_transient_queues_ttl = -1s}),
            "rabbit_transient_queues_ttl is -1s, and must be 0s or more and at most 2147483.647s");
  EXPECT_THAT(refusal({.rabbit_transient_queues_ttl = 2147483648ms}), HasSubstr("at most"));
  EXPECT_EQ(refusal({}, ""), "control_exchange is empty");
}

}  // namespace
}  // namespace castaway
