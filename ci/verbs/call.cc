// call: one request to a real broker, to see whether somebody answers.

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/envelope.h"
#include "castaway/rabbit_url.h"
#include "castaway/rpc_client.h"
#include "castaway/thread_runtime.h"

#include "verbs.h"

namespace castaway::ci {

namespace {

/// key=value: the value is JSON, or if it is none, text.
Object arguments(const std::vector<std::string>& words) {
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

}  // namespace

ExitCode call(const CallCommand& command, Console& console) {
  const RabbitOptions options = broker_at(command.url);
  ThreadRuntime runtime;
  RabbitTransport rabbit(runtime, options.transport);
  RPCTransport transport(
      runtime, rabbit,
      {.name = "castaway-call", .publish_timeout = command.timeout, .queues = options.queues});
  // Mandatory, so that a topic that nobody serves is said to be one; and at once, with no retries.
  const RPCClient client(
      transport,
      {.target = command.target, .timeout = command.timeout, .retry = 0, .mandatory = true});
  try {
    if (command.cast) {
      client.prepare().cast({}, command.method, arguments(command.arguments));
    } else {
      console.say(client.call({}, command.method, arguments(command.arguments)).dump(2) + '\n');
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

}  // namespace castaway::ci
