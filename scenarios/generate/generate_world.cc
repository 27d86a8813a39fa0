// The world: who serves what, who asks, and what lies between them.

#include <set>
#include <string>

#include "generate_parts.h"

namespace castaway::scenario {
namespace {

using Shape = sim::Distribution::Shape;
using sim::Ratio;

sim::Distribution latency(const Dice& dice) {
  if (dice.happens("constant", {1, 2})) {
    return {.a = dice.pick<Duration>("of", {500us, 100us, 1ms, 5ms, 20ms})};
  }
  switch (dice.below("shape", 4)) {
    case 0:
      return {.shape = Shape::uniform, .a = 100us, .b = 2ms};
    case 1:
      return {.shape = Shape::uniform, .a = 100us, .b = 20ms};
    case 2:
      return {.shape = Shape::uniform, .a = 1ms, .b = 200ms};
    default:
      return {.shape = Shape::lognormal, .a = 2ms, .b = 20ms, .max = 200ms};
  }
}

}  // namespace

void generate_world(Draft& draft) {
  const Dice& dice = draft.dice;
  const std::uint64_t size = draft.options.size;
  Scenario& scenario = draft.scenario;
  scenario.broker = {
      .any_order = dice.happens("any-order", {1, 2}),
      .durable = dice.happens("durable", draft.options.claims ? Ratio{1, 2} : Ratio{1, 8}),
      .mandatory = dice.happens("mandatory", {1, 8}),
      .latency = latency(dice.of("latency")),
      .isolated = dice.happens("isolated", {1, 6})};
  if (dice.happens("cluster", {1, 8})) scenario.broker.nodes = 2 + dice.below("nodes", 2);
  const std::uint64_t servers = how_many(dice, "servers", 4, 1 + size / 4);
  for (std::uint64_t i = 1; i <= servers; ++i) {
    scenario.servers.push_back(generate_server(dice.of("server", i), i, scenario.broker.isolated));
  }
  const std::uint64_t clients = how_many(dice, "clients", 3, 1 + size / 6);
  for (std::uint64_t i = 1; i <= clients; ++i) {
    scenario.clients.push_back(generate_client(dice.of("client", i), i));
  }
  if (dice.happens("one-process", {1, 6})) {
    for (Client& client : scenario.clients) client.process = "nova";
  }
  generate_chains(draft);
}

void generate_allowed_errors(Draft& draft) {
  std::set<std::string> modules;
  for (const Server& server : draft.scenario.servers) {
    for (const auto& [method, steps] : server.endpoint) {
      const auto* raise = std::get_if<Raise>(&steps.front());
      if (raise != nullptr) modules.insert(raise->module());
    }
  }
  for (std::uint64_t i = 0; i < draft.scenario.clients.size(); ++i) {
    for (const std::string& module : modules) {
      if (draft.dice.of("client", i + 1).happens("allows-" + module, {1, 3}))
        draft.scenario.clients[i].allowed_remote_exmods.push_back(module);
    }
  }
}

}  // namespace castaway::scenario
