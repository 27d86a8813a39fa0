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

std::map<std::string, std::vector<Behaviour>> endpoint(const Dice& dice) {
  // Some longer than a lost connection takes to come back, or than a monitor waits.
  const Duration work =
      dice.pick<Duration>("work", {1ms, 5ms, 20ms, 50ms, 100ms, 200ms, 500ms, 2s});
  return {
      {"echo", {ReturnArg{"n"}}},
      {"work", {Sleep{work}, ReturnArg{"n"}}},
      {"fail", {Raise{dice.pick<const char*>("raises", {"ValueError", "shop.errors.OutOfStock"})}}},
      {"quiet", {Return{}}}};
}

Server server(const Dice& dice, std::uint64_t number, bool isolated) {
  Server server{.id = "host-" + std::to_string(number), .topic = "compute"};
  // Most worlds have one topic that several servers share; that is where copies can go astray.
  if (number > 1 && dice.happens("other-topic", {1, 3})) server.topic = "storage";
  // Where queues are not named after their exchange, names that look like others meet them.
  if (isolated && dice.happens("other-exchange", {1, 2}))
    server.exchange = dice.pick<const char*>("exchange", {"nova", "nova.compute", "a.b"});
  if (isolated && dice.happens("odd-topic", {1, 3}))
    server.topic = dice.pick<const char*>("topic", {"compute.host-1", "#", "comp*", "b.c"});
  server.workers = static_cast<std::uint32_t>(dice.pick("workers", {1, 1, 2, 3, 4}));
  if (dice.happens("late", {1, 8})) {
    server.start = dice.pick<Duration>("start", {5ms, 100ms, 1s});
  }
  if (dice.happens("namespace", {1, 8})) server.namespace_ = "base";
  if (dice.happens("version", {1, 4}))
    server.version = dice.pick<const char*>("which-version", {"1.1", "1.3", "1.3.2", "2.0"});
  server.endpoint = endpoint(dice);
  return server;
}

Client client(const Dice& dice, std::uint64_t number) {
  Client client{.id = "nova-" + std::to_string(number)};
  client.timeout = dice.pick<Duration>("timeout", {50ms, 200ms, 500ms, 1s, 2s, 5s});
  if (dice.happens("gives-up", {1, 4})) client.retry = dice.pick("retry", {0, 1, 1, 3});
  if (dice.happens("monitored", {1, 6}))
    client.monitor = dice.pick<Duration>("monitor", {100ms, 200ms, 500ms, 1s, 1050ms, 2s, 3s});
  return client;
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
  const std::uint64_t servers = how_many(dice, "servers", 4, 1 + size / 4);
  for (std::uint64_t i = 1; i <= servers; ++i) {
    scenario.servers.push_back(server(dice.of("server", i), i, scenario.broker.isolated));
  }
  const std::uint64_t clients = how_many(dice, "clients", 3, 1 + size / 6);
  for (std::uint64_t i = 1; i <= clients; ++i) {
    scenario.clients.push_back(client(dice.of("client", i), i));
  }
  if (dice.happens("one-process", {1, 6})) {
    for (Client& client : scenario.clients) client.process = "nova";
  }
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
