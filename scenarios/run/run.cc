// One run: the world that a scenario describes, built from the simulation's parts.

#include "castaway/scenario/run.h"

#include <algorithm>
#include <map>
#include <utility>

#include "castaway/amqp/transport_words.h"
#include "castaway/sim/simulation.h"

#include "environment.h"
#include "label.h"
#include "members.h"
#include "play.h"
#include "remote_errors.h"

namespace castaway::scenario {
namespace {

using sim::Simulation;

class SimulatedEnvironment final : public Environment {
 public:
  explicit SimulatedEnvironment(Simulation& sim) : sim_(sim) {}

  void pass_time(Duration for_) override {
    sim_.runtime().sleep_until(deadline_after(sim_.now(), for_));
  }
  void name_next(const std::string& op) override {
    sim_.recorder().classifier().name_next(sim_.runtime().current_task(), op);
  }
  void wait_for(const sim::EventPattern& event) override { sim_.wait_for(event); }
  void wait_at_gate(const std::string& name) override { sim_.wait_at_gate(name); }
  void open_gate(const std::string& name) override { sim_.open_gate(name); }
  void wait_until_serving(const std::string& server) override { sim_.wait_until_serving(server); }
  void stop_server(const std::string& server) override { sim_.stop_server(server); }
  void start_server(const std::string& server) override { sim_.start_server(server); }
  [[nodiscard]] std::uint64_t number_of_next(const std::string& as) override {
    return numbers_[as]++;
  }
  [[nodiscard]] std::string unique_id_of(const std::string& op) override {
    return sim_.recorder().unique_id_of(op);
  }
  [[nodiscard]] std::string msg_id_of(const std::string& op) override {
    return sim_.recorder().msg_id_of(op);
  }
  /// Of two, after a reply queue was deleted and declared anew, any will do.
  [[nodiscard]] std::string reply_queue_of(const std::string& client) override {
    const std::vector<std::string> queues =
        sim_.network().queues_of(client, sim::QueueRole::replies);
    return queues.empty() ? "" : queues.front();
  }
  void inject(const sim::Injection& made, Publication publication) override {
    sim_.network().inject(made, amqp::to_amqp(std::move(publication)));
  }

 private:
  Simulation& sim_;
  std::map<std::string, std::uint64_t> numbers_ = {};
};

void add_server(Simulation& sim, Environment& environment, const Server& server,
                SubjectProfile profile) {
  RPCServerOptions options{.workers = static_cast<std::uint16_t>(server.workers),
                           .acks_late = server.acks_late};
  if (server.profile.value_or(profile) == SubjectProfile::strict_claims)
    options.claim_store = sim.claims();
  sim.serve(
      server.id,
      {.exchange = server.exchange, .topic = server.topic, .server = server.target_name()},
      [&environment, &server](sim::Process& process) {
        return endpoints_of(environment, {process.name, process.runtime, process.messaging},
                            server);
      },
      options, server.start);
}

void add_clients(Simulation& sim, Environment& environment, const Scenario& scenario) {
  for (const auto& [name, ids] : processes_of(scenario.clients)) {
    sim.process(name, ids, [&environment, &scenario](sim::Process& process) {
      const Player player{process.name, process.runtime, process.messaging};
      play(environment, player, scenario,
           *std::ranges::find(scenario.clients, process.name, &Client::id));
    });
  }
}

Outcome run(const Scenario& scenario, SubjectProfile profile, std::uint64_t seed,
            sim::Strategy& strategy, const RunSettings& settings) {
  std::map<std::string, RemoteErrorTypes> allowed;
  for (const Client& client : scenario.clients)
    allowed.emplace(client.id, allowed_types(scenario, client));
  Simulation sim(
      {.seed = seed,
       .faults = scenario.faults,
       .faults_are_checked = true,  // by lint, and by whoever made it
       .deviations = scenario.deviations,
       .strategy = &strategy,
       .profile = library_profile(profile),
       .network = {.latency = scenario.broker.latency,
                   .any_order = scenario.broker.any_order,
                   .consumer_timeout = scenario.broker.consumer_timeout,
                   .nodes = scenario.broker.nodes},
       .limit = scenario.clock.limit,
       .cut = settings.cut,
       .topology = scenario.broker.isolated ? TopologyPolicy::isolated : TopologyPolicy::oslo,
       .members = members_of(scenario, profile),
       .allowed_remote_exmods = std::move(allowed),
       .transport = settings.transport,
       .quiet = scenario.clock.quiet ? TimePoint(*scenario.clock.quiet) : never,
       .recovery = scenario.clock.recovery});
  SimulatedEnvironment environment(sim);
  for (const Server& server : scenario.servers) add_server(sim, environment, server, profile);
  add_clients(sim, environment, scenario);
  if (sim.run().ending == check::Ending::cut) throw RunCut();

  Outcome outcome{.history = std::move(sim.recorder().history()),
                  .deviations = sim.decisions().deviations(),
                  .fired = sim.faults().fired(),
                  .matched = sim.faults().matched(),
                  .events = sim.events(),
                  .virtual_time = sim.now().time_since_epoch()};
  label(outcome.history, scenario, profile);
  return outcome;
}

}  // namespace

Outcome run(const Scenario& scenario, SubjectProfile profile, std::uint64_t seed,
            const RunSettings& settings) {
  if (settings.strategy != nullptr)
    return run(scenario, profile, seed, *settings.strategy, settings);
  sim::Random by_chance(seed);
  return run(scenario, profile, seed, by_chance, settings);
}

std::uint64_t seed_of_run(std::uint64_t seed, std::uint64_t n) {
  return n == 0 ? seed : sim::keyed_hash(seed, "run/" + std::to_string(n));
}

}  // namespace castaway::scenario
