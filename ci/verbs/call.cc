// call: one request to a real broker, to see whether somebody answers.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/envelope.h"
#include "castaway/rpc_client.h"
#include "castaway/thread_runtime.h"

#include "cli/broker_options.h"
#include "cli/usage_error.h"
#include "cli/verb.h"

namespace castaway::ci {

namespace {

/// key=value: the value is JSON, or if it is none, text.
Object json_of(const std::vector<std::string>& words) {
  nlohmann::json args = nlohmann::json::object();
  for (const std::string& word : words) {
    const std::size_t equals = word.find('=');
    const std::string value = word.substr(equals + 1);
    try {
      args[word.substr(0, equals)] = parse_json(value);
    } catch (const DecodeError&) {
      args[word.substr(0, equals)] = value;
    }
  }
  return Object(args);
}

const char* in_words(Effect effect) {
  switch (effect) {
    case Effect::none:
      return "no server has executed it, and none will";
    case Effect::dispatched:
      return "a server took it up";
    case Effect::unknown:
      break;
  }
  return "it may have been executed, or may still be";
}

ExitCode complain(Console& console, const std::string& what, Effect effect) {
  console.complain(fmt::format("castaway: {}", what));
  console.complain(fmt::format("castaway: {}", in_words(effect)));
  return ExitCode::failed;
}

class Call final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {
        .name = "call",
        .summary = "Calls a method of a server on a real broker, and prints what it returns.",
        .arguments = "URL TOPIC METHOD [KEY=VALUE...]",
        .text =
            "The URL is oslo.messaging's: "
            "rabbit://user:password@host:port/virtual_host?ssl=true. What goes wrong is said "
            "with what is known of the request: whether it may have been executed.\n\n"
            "Exit codes: 0 there is a result, or the broker has the cast; 1 neither; 64 the URL "
            "or the command line makes no sense.",
        .examples = {
            {"castaway call rabbit://localhost/ compute ping n=1", "any server"},
            {"castaway call rabbit://localhost/ compute ping --server host-1", "one of them"},
            {"castaway call rabbit://localhost/ compute note text=hi --fanout", "all of them"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {url_option(&url_),
            {"TOPIC", "what the server listens on", &target_.topic},
            {"METHOD", "what to call", &method_},
            {"KEY=VALUE", "an argument; a value is JSON, or else text", &arguments_},
            server_option(&target_),
            exchange_option(&target_),
            {"--namespace NAME", "of the method", &target_.namespace_},
            {"--version N.N", "that is asked for; as in 1.2", &target_.version},
            {"--timeout TIME", "as in 500ms or 5s; 10s if not given", &timeout_},
            {"--cast", "do not wait for a result", &cast_},
            {"--fanout", "cast to all servers of the topic", &target_.fanout}};
  }

  void check_options() override {
    if (method_.empty())
      throw UsageError("call: whom? As in call rabbit://localhost/ TOPIC METHOD KEY=VALUE");
    for (const std::string& argument : arguments_) {
      if (argument.find('=') == std::string::npos || argument.starts_with('='))
        throw UsageError(fmt::format("call: an argument is KEY=VALUE, not \"{}\"", argument));
    }
    cast_ = cast_ || target_.fanout;
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    const RabbitOptions options = broker_at(url_);
    ThreadRuntime runtime;
    RabbitTransport rabbit(runtime, options.transport);
    RPCTransport transport(
        runtime, rabbit,
        {.name = "castaway-call", .publish_timeout = timeout_, .queues = options.queues});
    // Mandatory, so that a topic that nobody serves is said to be one; and at once, with no
    // retries.
    const RPCClient client(transport,
                           {.target = target_, .timeout = timeout_, .retry = 0, .mandatory = true});
    try {
      if (cast_) {
        client.prepare().cast({}, method_, json_of(arguments_));
      } else {
        console.say(client.call({}, method_, json_of(arguments_)).dump(2) + '\n');
      }
      return ExitCode::fine;
    } catch (const RemoteError& error) {
      return complain(console, fmt::format("{}: {}", error.exc_type(), error.value()),
                      error.effect());
    } catch (const MessagingException& error) {
      return complain(console, error.what(), error.effect());
    } catch (const MessageUndeliverable& error) {
      return complain(console, fmt::format("nobody serves it: {}", error.what()), error.effect());
    }
  }

 private:
  std::string url_;
  Target target_;  ///< any server of the topic if it names none
  std::string method_;
  std::vector<std::string> arguments_;  ///< key=value
  Duration timeout_ = 10s;
  bool cast_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_call() { return std::make_unique<Call>(); }

}  // namespace castaway::ci
