// Who serves and who asks: a server and a client of a generated world.

#include <string>

#include "generate_parts.h"

namespace castaway::scenario {
namespace {

Methods endpoint(const Dice& dice) {
  // Some longer than a lost connection takes to come back, or than a monitor waits.
  const Duration work =
      dice.pick<Duration>("work", {1ms, 5ms, 20ms, 50ms, 100ms, 200ms, 500ms, 2s});
  return {
      {"echo", {ReturnArg{"n"}}},
      {"work", {Sleep{work}, ReturnArg{"n"}}},
      {"fail", {Raise{dice.pick<const char*>("raises", {"ValueError", "shop.errors.OutOfStock"})}}},
      {"quiet", {Return{}}}};
}

}  // namespace

Server generate_server(const Dice& dice, std::uint64_t number, bool isolated) {
  Server server{.id = "host-" + std::to_string(number), .topic = "compute"};
  // Most worlds have one topic that several servers share; that is where copies can go astray.
  if (number > 1 && dice.happens("other-topic", {1, 3})) server.topic = "storage";
  // A process that takes over from the first, as in a rolling restart.
  if (number > 1 && dice.happens("same-name", {1, 8})) server.name = "host-1";
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

Client generate_client(const Dice& dice, std::uint64_t number) {
  Client client{.id = "nova-" + std::to_string(number)};
  client.timeout = dice.pick<Duration>("timeout", {50ms, 200ms, 500ms, 1s, 2s, 5s});
  if (dice.happens("gives-up", {1, 4})) client.retry = dice.pick("retry", {0, 1, 1, 3});
  if (dice.happens("monitored", {1, 6}))
    client.monitor = dice.pick<Duration>("monitor", {100ms, 200ms, 500ms, 1s, 1050ms, 2s, 3s});
  client.exclusive_reply_queue = dice.happens("exclusive-replies", {1, 8});
  return client;
}

}  // namespace castaway::scenario
