// serve-echo: a server on a real broker that gives back what it gets.

#include <set>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/rabbit_url.h"
#include "castaway/serve_until.h"
#include "castaway/thread_runtime.h"

#include "cli/signals.h"
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
  serve_until(interrupted(), runtime, server);
  return ExitCode::fine;
}

}  // namespace castaway::ci
