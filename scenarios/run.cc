// One run: the world that a scenario describes, built from the simulation's parts.

#include "castaway/scenario/run.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/rpc_client.h"
#include "castaway/sim/simulation.h"

#include "inject.h"

namespace castaway::scenario {
namespace {

using sim::Simulation;

template <class... Ts>
struct Overloaded : Ts... {
  using Ts::operator()...;
};

castaway::Profile library_profile(Profile profile) {
  return profile == Profile::classic ? castaway::Profile::classic : castaway::Profile::strict;
}

/// What an endpoint's method does, step by step.
Method method_of(Simulation& sim, const std::vector<Behaviour>& behaviour) {
  return [&sim, behaviour](const Object& ctxt, const Object& args) -> nlohmann::json {
    for (const Behaviour& step : behaviour) {
      if (const auto* sleep = std::get_if<Sleep>(&step))
        sim.runtime().sleep_until(deadline_after(sim.now(), sleep->for_));
      if (const auto* gate = std::get_if<Gate>(&step)) sim.wait_at_gate(gate->name);
      if (const auto* value = std::get_if<Return>(&step))
        return value->value.json().value("value", nlohmann::json());
      if (const auto* arg = std::get_if<ReturnArg>(&step))
        return args.json().value(arg->name, nlohmann::json());
      if (std::holds_alternative<ReturnContext>(step)) return ctxt.json();
      if (std::holds_alternative<ReturnUnserialisable>(step))
        return std::numeric_limits<double>::quiet_NaN();
      if (const auto* raise = std::get_if<Raise>(&step)) {
        throw EndpointError({.class_name = raise->class_name,
                             .module = "endpoint",
                             .message = raise->class_name + " was raised"});
      }
    }
    return nullptr;
  };
}

void add_server(Simulation& sim, const Server& server, Profile profile) {
  Endpoint endpoint;
  for (const auto& [method, behaviour] : server.endpoint)
    endpoint.methods.emplace(method, method_of(sim, behaviour));
  RPCServerOptions options{.workers = static_cast<std::uint16_t>(server.workers)};
  if (profile == Profile::strict_claims) options.claim_store = sim.claims();
  sim.serve({.exchange = server.exchange, .topic = server.topic, .server = server.id},
            {std::move(endpoint)}, options, server.start);
}

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
  if (operation.nonce.empty() && operation.unserialisable.empty()) return operation.args;
  nlohmann::json args = operation.args.json();
  if (!operation.nonce.empty()) args[operation.nonce] = name;
  if (!operation.unserialisable.empty()) args[operation.unserialisable] = Unserialisable::mark;
  return Object(std::move(args));
}

/// What the operation overrides of its client.
CallContext context_of(sim::Process& process, const RPCClient& client, const Operation& operation) {
  Overrides overrides{.topic = operation.topic,
                      .server = operation.server,
                      .fanout = operation.kind == Operation::Kind::fanout};
  if (!operation.exchange.empty()) overrides.exchange = operation.exchange;
  if (operation.timeout) overrides.timeout = *operation.timeout;
  CallContext context = client.prepare(overrides);
  if (operation.unserialisable.empty()) return context;
  RPCClientOptions options = context.options();
  options.serializer = std::make_shared<const Unserialisable>();
  return {process.messaging, std::move(options)};
}

void perform(Simulation& sim, sim::Process& process, const RPCClient& client,
             const Operation& operation, Share share) {
  const CallContext context = context_of(process, client, operation);
  for (const std::string& name : operation.names(share.task, share.tasks)) {
    sim.recorder().name_next(sim.runtime().current_task(), name);
    try {
      if (operation.kind == Operation::Kind::call) {
        context.call(operation.context, operation.method, args_of(operation, name));
      } else {
        context.cast(operation.context, operation.method, args_of(operation, name));
      }
    } catch (const MessagingException&) {
      // The history has it; the script goes on, as a program would that knows of failures.
    } catch (const MessageUndeliverable&) {
    }
  }
}

void perform(Simulation& sim, sim::Process& process, const RPCClient& client,
             const std::vector<ScriptStep>& steps, Share share = {}) {
  for (const ScriptStep& step : steps) {
    std::visit(Overloaded{[&](const Operation& operation) {
                            perform(sim, process, client, operation, share);
                          },
                          [&](const Wait& wait) {
                            sim.runtime().sleep_until(deadline_after(sim.now(), wait.for_));
                          },
                          [&](const Until& until) { sim.wait_for(until.event); },
                          [&](const OpenGate& gate) { sim.open_gate(gate.name); },
                          [&](const StopServer& server) { sim.stop_server(server.id); },
                          [&](const StartServer& server) { sim.start_server(server.id); },
                          [&](const Close&) { process.messaging.cleanup(); },
                          [&](const Inject& inject) { perform(sim, process, inject); }},
               step);
  }
}

/// What a client does, from its first step to its last.
void live(Simulation& sim, sim::Process& process, const Scenario& scenario, const Client& client) {
  const RPCClient rpc(process.messaging, {.timeout = client.timeout,
                                          .retry = client.retry,
                                          .call_monitor_timeout = client.monitor,
                                          .mandatory = scenario.broker.mandatory});
  // A script begins in a world that is ready; servers with a `start` of their own come later.
  for (const Server& server : scenario.servers) {
    if (server.start == Duration::zero()) sim.wait_until_serving(server.id);
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
      tasks.push_back(process.runtime.spawn(
          prefix + (script.repeat ? script.task + "#" + std::to_string(task) : script.task),
          [&sim, &process, &rpc, &script, task, count] {
            perform(sim, process, rpc, script.steps, {task, count});
          }));
    }
  }
  if (own != nullptr) perform(sim, process, rpc, own->steps);
  for (const auto& task : tasks) task->join();
}

/// By process, in the order in which each is first named: the clients that live in it.
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

void add_clients(Simulation& sim, const Scenario& scenario) {
  for (const auto& [name, ids] : processes_of(scenario.clients)) {
    sim.process(name, ids, [&sim, &scenario](sim::Process& process) {
      live(sim, process, scenario, *std::ranges::find(scenario.clients, process.name, &Client::id));
    });
  }
}

}  // namespace

Outcome run(const Scenario& scenario, Profile profile, std::uint64_t seed) {
  sim::Random by_chance(seed);
  return run(scenario, profile, seed, by_chance);
}

Outcome run(const Scenario& scenario, Profile profile, std::uint64_t seed,
            sim::Strategy& strategy) {
  Simulation sim(
      {.seed = seed,
       .faults = scenario.faults,
       .deviations = scenario.deviations,
       .strategy = &strategy,
       .profile = library_profile(profile),
       .network = {.latency = scenario.broker.latency, .any_order = scenario.broker.any_order},
       .limit = scenario.clock.limit,
       .topology = scenario.broker.isolated ? TopologyPolicy::isolated : TopologyPolicy::oslo,
       .queues = {.amqp_durable_queues = scenario.broker.durable},
       .quiet = scenario.clock.quiet ? TimePoint(*scenario.clock.quiet) : never,
       .recovery = scenario.clock.recovery});
  for (const Server& server : scenario.servers) add_server(sim, server, profile);
  add_clients(sim, scenario);
  sim.run();

  Outcome outcome{.history = std::move(sim.recorder().history()),
                  .deviations = sim.decisions().deviations(),
                  .fired = sim.faults().fired(),
                  .events = sim.events(),
                  .virtual_time = sim.now().time_since_epoch()};
  outcome.history.slack = scenario.clock.slack;
  outcome.history.scenario = scenario.name;
  outcome.history.profile = to_string(profile);
  return outcome;
}

std::uint64_t seed_of_run(std::uint64_t seed, std::uint64_t n) {
  return n == 0 ? seed : sim::keyed_hash(seed, "run/" + std::to_string(n));
}

}  // namespace castaway::scenario
