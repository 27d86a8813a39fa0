// serve-echo: a server on a real broker that gives back what it gets.

#include <set>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/serve_until.h"
#include "castaway/thread_runtime.h"

#include "cli/broker_options.h"
#include "cli/signals.h"
#include "cli/usage_error.h"
#include "cli/verb.h"

namespace castaway::ci {

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

class ServeEcho final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {.name = "serve-echo",
            .summary = "Serves a method echo on a real broker until it is interrupted.",
            .arguments = "URL TOPIC",
            .text =
                "echo returns its arguments, and oslo_rpc_server_ping returns pong. Clients may "
                "be ours, or oslo.messaging's.",
            .examples = {
                {"castaway serve-echo rabbit://localhost/ compute", "as server castaway"},
                {"castaway call rabbit://localhost/ compute echo n=1", "meanwhile, elsewhere"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {url_option(&url_),
            {"TOPIC", "what to serve", &target_.topic},
            server_option(&target_),
            exchange_option(&target_)};
  }

  void check_options() override {
    if (target_.topic.empty())
      throw UsageError("serve-echo: what? As in serve-echo rabbit://localhost/ TOPIC");
    if (target_.server.empty()) target_.server = "castaway";
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    const RabbitOptions options = broker_at(url_);
    watch_for_interrupts();
    ThreadRuntime runtime;
    RabbitTransport rabbit(runtime, options.transport);
    Announcer announcer(console);
    RPCTransport transport(runtime, rabbit,
                           {.name = "castaway-serve-echo", .queues = options.queues}, &announcer);
    RPCServer server(
        transport, target_,
        {{.methods = {{"echo", [](const Object&, const Object& args) { return args.json(); }}}}},
        {.rpc_ping_enabled = true});
    serve_until(interrupted(), runtime, server);
    return ExitCode::fine;
  }

 private:
  std::string url_;
  Target target_;
};

}  // namespace

std::unique_ptr<Verb> make_serve_echo() { return std::make_unique<ServeEcho>(); }

}  // namespace castaway::ci
