#include "play.h"

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "castaway/rpc_client.h"
#include "castaway/sim/overloaded.h"

#include "inject.h"
#include "long_texts.h"

namespace castaway::scenario {
namespace {

using sim::Overloaded;

/// No std::exception, as a library may throw it that knows of none.
struct Something {};

/// Which of the tasks that do the same.
struct Share {
  std::uint32_t task = 0;
  std::uint32_t tasks = 1;
};

/// Makes what JSON cannot carry of the argument that says so: the service's own types, say.
class Unserialisable final : public Serializer {
 public:
  static inline const std::string mark = "what JSON cannot carry";
  [[nodiscard]] nlohmann::json serialize_entity(const Object&,
                                                const nlohmann::json& entity) const override {
    return entity == mark ? nlohmann::json(std::numeric_limits<double>::quiet_NaN()) : entity;
  }
};

Object args_of(const Operation& operation, const std::string& name) {
  if (operation.nonce.empty() && operation.unserialisable.empty()) return in_full(operation.args);
  nlohmann::json args = in_full(operation.args.json());
  if (!operation.nonce.empty()) args[operation.nonce] = name;
  if (!operation.unserialisable.empty()) args[operation.unserialisable] = Unserialisable::mark;
  return Object(std::move(args));
}

/// What the operation overrides of its client.
CallContext context_of(const Player& player, const RPCClient& client, const Operation& operation) {
  Overrides overrides{.topic = operation.topic,
                      .server = operation.server,
                      .fanout = operation.kind == Operation::Kind::fanout};
  if (!operation.exchange.empty()) overrides.exchange = operation.exchange;
  if (!operation.namespace_.empty()) overrides.namespace_ = operation.namespace_;
  if (!operation.version.empty()) overrides.version = operation.version;
  if (operation.timeout) overrides.timeout = *operation.timeout;
  CallContext context = client.prepare(overrides);
  if (operation.unserialisable.empty() && !operation.priority) return context;
  RPCClientOptions options = context.options();
  if (!operation.unserialisable.empty())
    options.serializer = std::make_shared<const Unserialisable>();
  if (operation.priority) options.priority = static_cast<std::uint8_t>(*operation.priority);
  return {player.messaging, std::move(options)};
}

void perform(Environment& environment, const CallContext& context, const Operation& operation,
             const std::string& name) {
  environment.name_next(name);
  if (operation.kind == Operation::Kind::call) {
    context.call(operation.context, operation.method, args_of(operation, name));
  } else {
    context.cast(operation.context, operation.method, args_of(operation, name));
  }
}

void perform_in_method(Environment& environment, const Player& player, const Operation& operation) {
  const RPCClient client(player.messaging, {});
  const std::uint64_t number = environment.number_of_next(operation.as);
  perform(environment, context_of(player, client, operation), operation,
          operation.as + "#" + std::to_string(number));
}

/// How often a method has rejected a request.
using Rejections = std::shared_ptr<std::atomic<std::uint64_t>>;

void reject(const Reject& step, const Rejections& done) {
  if (step.times == 0 || (*done)++ < step.times) throw RejectRequest(step.requeue);
}

/// What an endpoint's method does, step by step.
Method method_of(Environment& environment, const Player& player,
                 const std::vector<Behaviour>& behaviour) {
  return [&environment, player, behaviour,
          rejections = std::make_shared<std::atomic<std::uint64_t>>()](
             const Object& ctxt, const Object& args) -> nlohmann::json {
    for (const Behaviour& step : behaviour) {
      if (const auto* sleep = std::get_if<Sleep>(&step)) environment.pass_time(sleep->for_);
      if (const auto* gate = std::get_if<Gate>(&step)) environment.wait_at_gate(gate->name);
      if (const auto* operation = std::get_if<Operation>(&step))
        perform_in_method(environment, player, *operation);
      if (const auto* value = std::get_if<Return>(&step))
        return in_full(value->value).json().value("value", nlohmann::json());
      if (const auto* arg = std::get_if<ReturnArg>(&step))
        return args.json().value(arg->name, nlohmann::json());
      if (std::holds_alternative<ReturnContext>(step)) return ctxt.json();
      if (std::holds_alternative<ReturnUnserialisable>(step))
        return std::numeric_limits<double>::quiet_NaN();
      if (const auto* raise = std::get_if<Raise>(&step)) {
        throw EndpointError({.class_name = raise->class_name(),
                             .module = raise->module(),
                             .message = raise->class_name() + " was raised"});
      }
      if (std::holds_alternative<Throw>(step)) throw Something();
      if (const auto* rejected = std::get_if<Reject>(&step)) reject(*rejected, rejections);
    }
    return nullptr;
  };
}

/// How it ended. The history has it; the script goes on, as a program would that knows of failures.
std::string_view outcome_of(const std::function<void()>& act) {
  try {
    act();
    return "return";
  } catch (const MessagingTimeout&) {
    return "timeout";
  } catch (const RemoteError&) {
    return "error";
  } catch (const Remote&) {
    return "error";  // of an allowed type
  } catch (const MessagingException&) {
    return "failure";
  } catch (const MessageUndeliverable&) {
    return "failure";
  }
}

void perform(Environment& environment, const Player& player, const RPCClient& client,
             const Operation& operation, Share share) {
  const CallContext context = context_of(player, client, operation);
  for (const std::string& name : operation.names(share.task, share.tasks)) {
    const std::string_view ended =
        outcome_of([&] { perform(environment, context, operation, name); });
    if (!operation.retry_on.empty() && std::ranges::count(operation.retry_on, ended) == 0) return;
  }
}

void perform(Environment& environment, const Player& player, const RPCClient& client,
             const std::vector<ScriptStep>& steps, Share share = {}) {
  for (const ScriptStep& step : steps) {
    std::visit(Overloaded{[&](const Operation& operation) {
                            perform(environment, player, client, operation, share);
                          },
                          [&](const Wait& wait) { environment.pass_time(wait.for_); },
                          [&](const Until& until) { environment.wait_for(until.event); },
                          [&](const OpenGate& gate) { environment.open_gate(gate.name); },
                          [&](const StopServer& server) { environment.stop_server(server.id); },
                          [&](const StartServer& server) { environment.start_server(server.id); },
                          [&](const Close&) { player.messaging.cleanup(); },
                          [&](const Inject& inject) { perform(environment, player, inject); }},
               step);
  }
}

}  // namespace

castaway::Profile library_profile(SubjectProfile profile) {
  return profile == SubjectProfile::classic ? castaway::Profile::classic
                                            : castaway::Profile::strict;
}

std::vector<Endpoint> endpoints_of(Environment& environment, const Player& player,
                                   const Server& server) {
  std::vector<Endpoint> endpoints;
  const auto add = [&](const std::string& namespace_, const std::string& version,
                       const Methods& methods) {
    Endpoint& endpoint = endpoints.emplace_back();
    endpoint.namespace_ = namespace_;
    endpoint.version = version;
    for (const auto& [method, behaviour] : methods)
      endpoint.methods.emplace(method, method_of(environment, player, behaviour));
  };
  add(server.namespace_, server.version, server.endpoint);
  for (const ServerEndpoint& more : server.more_endpoints)
    add(more.namespace_, more.version, more.methods);
  return endpoints;
}

void play(Environment& environment, const Player& player, const Scenario& scenario,
          const Client& client) {
  const RPCClient rpc(player.messaging, {.timeout = client.timeout,
                                         .version_cap = client.version_cap,
                                         .retry = client.retry,
                                         .call_monitor_timeout = client.monitor,
                                         .mandatory = scenario.broker.mandatory});
  // A script begins in a world that is ready; servers with a `start` of their own come later.
  for (const Server& server : scenario.servers) {
    if (server.start == Duration::zero()) environment.wait_until_serving(server.id);
  }
  // One script is the client's own task; the others get tasks beside it. Where it shares its
  // process, they are called after it.
  const std::string prefix = client.process.empty() ? "" : client.id + "/";
  std::vector<std::unique_ptr<Task>> tasks;
  const Script* own = nullptr;
  for (const Script& script : scenario.script) {
    if (script.client != client.id) continue;
    if (script.task == "main" && !script.repeat) {
      own = &script;
      continue;
    }
    const std::uint32_t count = script.repeat.value_or(1);
    for (std::uint32_t task = 0; task < count; ++task) {
      tasks.push_back(player.runtime.spawn(
          prefix + (script.repeat ? script.task + "#" + std::to_string(task) : script.task),
          [&environment, &player, &rpc, &script, task, count] {
            perform(environment, player, rpc, script.steps, {task, count});
          }));
    }
  }
  if (own != nullptr) perform(environment, player, rpc, own->steps);
  for (const auto& task : tasks) task->join();
}

std::vector<std::pair<std::string, std::vector<std::string>>> processes_of(
    const std::vector<Client>& clients) {
  std::vector<std::pair<std::string, std::vector<std::string>>> processes;
  for (const Client& client : clients) {
    const std::string& name = client.process.empty() ? client.id : client.process;
    auto found = std::ranges::find(processes, name, [](const auto& known) { return known.first; });
    if (found == processes.end()) found = processes.insert(found, {name, {}});
    found->second.push_back(client.id);
  }
  return processes;
}

}  // namespace castaway::scenario
