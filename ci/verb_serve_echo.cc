// serve-echo: a server on a real broker that gives back what it gets.

#include <atomic>
#include <set>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/rabbit_url.h"
#include "castaway/rpc_server.h"
#include "castaway/thread_runtime.h"

#include "signals.h"
#include "verbs.h"

namespace castaway::ci {

RabbitOptions broker_at(const std::string& url) {
  try {
    return rabbit_options(parse_transport_url(url));
  } catch (const InvalidTransportURL& error) {
    throw UsageError(error.what());
  }
}

namespace {

/// Says what the server waits for: each reason once, until it serves again. Called by one task at a
/// time.
class Announcer final : public Observer {
 public:
  explicit Announcer(Console& console) : console_(console) {}

  void serving(const Target& server) override {
    console_.complain(
        fmt::format("castaway: serving echo and oslo_rpc_server_ping on {}", to_string(server)));
    told_.clear();
  }
  void not_serving(const Target&, const Closed& why) override {
    if (told_.insert(why.text).second)
      console_.complain(fmt::format("castaway: {}; trying again", why.text));
  }

 private:
  Console& console_;
  std::set<std::string> told_;
};

}  // namespace

ExitCode serve_echo(const ServeEchoCommand& command, Console& console) {
  const RabbitOptions options = broker_at(command.url);
  watch_for_interrupts();
  ThreadRuntime runtime;
  RabbitTransport rabbit(runtime, options.transport);
  Announcer announcer(console);
  RPCTransport transport(runtime, rabbit, {.name = "castaway-serve-echo", .queues = options.queues},
                         &announcer);
  RPCServer server(
      transport, command.target,
      {{.methods = {{"echo", [](const Object&, const Object& args) { return args.json(); }}}}},
      {.rpc_ping_enabled = true});
  // Again and again, for a stop() that comes before the start() does nothing.
  std::atomic<bool> over = false;
  const auto ender = runtime.spawn("interrupts", [&] {
    for (; !over; runtime.sleep_until(runtime.now() + 50ms)) {
      if (interrupted()) server.stop();
    }
  });
  server.start();
  server.wait();
  over = true;
  return ExitCode::fine;
}

}  // namespace castaway::ci
