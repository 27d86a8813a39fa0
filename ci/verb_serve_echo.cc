// serve-echo: a server on a real broker that gives back what it gets.

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

ExitCode serve_echo(const ServeEchoCommand& command, Console& console) {
  const RabbitOptions options = broker_at(command.url);
  watch_for_interrupts();
  ThreadRuntime runtime;
  RabbitTransport rabbit(runtime, options.transport);
  RPCTransport transport(runtime, rabbit,
                         {.name = "castaway-serve-echo", .queues = options.queues});
  RPCServer server(
      transport, command.target,
      {{.methods = {{"echo", [](const Object&, const Object& args) { return args.json(); }}}}},
      {.rpc_ping_enabled = true});
  // Without a broker it waits for one; an interrupt ends that too.
  const auto ender = runtime.spawn("interrupts", [&] {
    while (!interrupted()) runtime.sleep_until(runtime.now() + 50ms);
    server.stop();
  });
  server.start();
  if (!interrupted())
    console.complain(fmt::format("castaway: serving echo and oslo_rpc_server_ping on {}",
                                 to_string(command.target)));
  server.wait();
  return ExitCode::fine;
}

}  // namespace castaway::ci
