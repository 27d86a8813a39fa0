#pragma once
// Simulation: a deterministic world: processes that run the real library, a broker, a network,
// faults, and the history of it all. Use it to test code that makes or serves calls.
//
//     Simulation sim({.seed = 7, .faults = {{.id = "lost",
//                                            .on = {.edge = Edge::request},
//                                            .action = Drop{}}}});
//     sim.serve({.topic = "compute", .server = "host-1"}, {echo});
//     sim.client("nova-1", {.target = {.topic = "compute"}, .timeout = 5s},
//                [](RPCClient& client) { client.call({}, "ping"); });
//     const check::History& history = sim.run();
//
// The same settings and processes give the same history, byte for byte. All of it runs on one
// thread, so endpoints and scripts ask the Runtime for time, tasks and chance, and never block:
// docs/guide/simulation.md says what to use instead.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "castaway/check/history.h"
#include "castaway/rpc_client.h"
#include "castaway/rpc_server.h"
#include "castaway/rpc_transport.h"
#include "castaway/sim/claim_service.h"
#include "castaway/sim/fault_engine.h"
#include "castaway/sim/fiber_runtime.h"
#include "castaway/sim/network.h"
#include "castaway/sim/recorder.h"
#include "castaway/sim/sim_transport.h"

namespace castaway::sim {

/// What one process, or tenant of one, has for itself.
struct MemberSettings {
  Profile profile = Profile::strict;
  QueueOptions queues = {};
  std::optional<Rights> rights = {};  ///< to the broker, as a user called after it; all if none
};

struct SimulationSettings {
  std::uint64_t seed = 1;
  FaultPlan faults = {};
  /// The plan is known to be possible; it may name what is not there, and such rules never fire.
  bool faults_are_checked = false;
  /// Makes the run a replay: the seed then only draws ids.
  std::optional<std::vector<Deviation>> deviations = {};
  /// Answers the questions of a run that is not a replay; if null, chance does, from the seed.
  Strategy* strategy = nullptr;
  Profile profile = Profile::strict;
  NetworkSettings network = {};
  FiberSettings fibers = {};
  ClaimServiceSettings claims = {};
  Duration limit = 120s;  ///< of virtual time
  /// The run is cut when this returns true; asked before each event.
  std::function<bool()> cut = {};
  TopologyPolicy topology = TopologyPolicy::oslo;
  QueueOptions queues = {};
  /// By process or tenant: what they have in place of `profile` and `queues`.
  std::map<std::string, MemberSettings> members = {};
  /// By process or tenant: errors that its calls throw as types of their own.
  std::map<std::string, RemoteErrorTypes> allowed_remote_exmods = {};
  /// Makes the transport of each incarnation of a process; a SimTransport if empty.
  TransportMaker transport = {};
  /// From then on no rule fires, and everything that a rule has broken works again: links, broker,
  /// paused processes, and those that were to restart. A process that was killed for good stays
  /// dead.
  TimePoint quiet = never;
  Duration recovery = 10s;  ///< for the history: this long after `quiet` everything works
};

/// A simulated process, as its `main` sees it. Made anew when it restarts.
struct Process {
  const std::string& name;  ///< or the tenant's
  FiberRuntime& runtime;
  RPCTransport& messaging;
};

class Simulation final : private SimulatedWorld {
 public:
  /// Throws: std::invalid_argument if the fault plan is impossible, or names an event or a rule
  /// that there is not; or if somebody's right is no regular expression.
  explicit Simulation(SimulationSettings settings = {});
  ~Simulation() override;

  /// Adds a process that runs `main` from `start` on, and again after each restart.
  void process(const std::string& name, std::function<void(Process&)> main, Duration start = {});
  /// Adds a process with several tenants: `main` runs once for each, at the same time, with an
  /// RPCTransport of its own that has the process's name. Faults and histories know tenants by
  /// their own names; what kills or pauses one of them kills or pauses all.
  void process(const std::string& name, const std::vector<std::string>& tenants,
               std::function<void(Process&)> main, Duration start = {});

  /// Adds a process called target.server that serves until stop_server().
  void serve(Target target, std::vector<Endpoint> endpoints, RPCServerOptions options = {},
             Duration start = {});
  /// Adds a process called `name` that serves as `target` says, with the endpoints that `make`
  /// makes for each incarnation.
  void serve(const std::string& name, Target target,
             std::function<std::vector<Endpoint>(Process&)> make, RPCServerOptions options = {},
             Duration start = {});
  /// Adds a process called `name` with one client, whose task "main" runs `script`.
  void client(const std::string& name, RPCClientOptions options,
              std::function<void(RPCClient&)> script);

  /// Stops a server in an orderly way: stop(), then wait(). Ends a start that is still under way,
  /// as one without a broker is. Call it from a task.
  /// Waits: until that is done, or the server is killed.
  void stop_server(const std::string& name);
  /// Starts a stopped server again. Call it from a task.
  /// Waits: until it is ready, or somebody stops it.
  void start_server(const std::string& name);

  /// Waits: until the server serves for the first time.
  void wait_until_serving(const std::string& name);

  /// Waits: until an event of the history matches; not at all if one already has.
  void wait_for(const EventPattern& pattern);
  /// Waits: until open_gate(name).
  void wait_at_gate(const std::string& name);
  void open_gate(const std::string& name);

  /// Runs until every process's main has returned or waits for ever and nothing is left to happen,
  /// until the limit, or until it is cut.
  /// Throws: what escaped from a task; std::invalid_argument if the fault plan names a process that
  /// there is not.
  const check::History& run();

  [[nodiscard]] TimePoint now() const { return scheduler_.now(); }
  [[nodiscard]] FiberRuntime& runtime() override { return *runtime_; }
  [[nodiscard]] Recorder& recorder() override { return recorder_; }
  [[nodiscard]] Network& network() override { return network_; }
  /// For RPCServerOptions::claim_store.
  [[nodiscard]] const std::shared_ptr<ClaimService>& claims() { return claims_; }
  [[nodiscard]] FaultEngine& faults() { return faults_; }
  [[nodiscard]] const FaultEngine& faults() const { return faults_; }
  [[nodiscard]] const Decisions& decisions() const { return decisions_; }
  [[nodiscard]] std::uint64_t events() const { return scheduler_.count(); }

 private:
  struct Member;
  /// What a server process is asked to do, and what it does.
  struct Control {
    std::unique_ptr<Signal> changed = {};
    bool wanted = true;
    bool running = false;
    std::uint64_t ended = 0;                    ///< how many of its epochs have
    bool begun = false;                         ///< an epoch has, and has not ended
    std::function<void()> end_start = nullptr;  ///< while it starts: stops it meanwhile
  };

  struct Gate {
    std::unique_ptr<Signal> changed = {};
    bool open = false;
  };

  void launch(Member& member);
  [[nodiscard]] std::unique_ptr<Transport> transport_for(ProcessId id, const std::string& process);
  /// See Decisions::moments.
  [[nodiscard]] std::vector<Duration> moments() const;
  /// Null if there is none.
  [[nodiscard]] Member* member_of(const std::string& who) const;
  /// Counts what is left at the end of the run.
  void count_residue();
  [[nodiscard]] Control& control_of(const std::string& server);
  [[nodiscard]] Gate& gate(const std::string& name);
  /// What a server process does.
  void serve_epochs(Process& process, const Target& target, RPCServer& server);
  /// False if somebody has ended the start.
  /// Waits: until the server is ready, or until it is stopped.
  bool start_epoch(Process& process, Control& control, RPCServer& server);
  void stop_epoch(const std::string& name, RPCServer& server);
  /// Waits: until `is_so`.
  static void wait_until(Control& control, const std::function<bool()>& is_so);
  // SimulatedWorld
  [[nodiscard]] Scheduler& scheduler() override { return scheduler_; }
  [[nodiscard]] TimePoint end_of(Duration for_) const override;
  [[nodiscard]] Incarnation incarnation_of(const std::string& who) const override;
  void kill(const std::string& who) override;
  void launch(const std::string& who) override;

  const SimulationSettings settings_;
  Scheduler scheduler_;
  std::unique_ptr<Strategy> strategy_;  ///< unless there is one in the settings
  Decisions decisions_;
  std::unique_ptr<FiberRuntime> runtime_;
  Recorder recorder_;
  Network network_;
  FaultEngine faults_;
  std::shared_ptr<ClaimService> claims_;
  std::map<std::string, std::unique_ptr<Member>> members_;
  std::map<std::string, Control> controls_;  ///< by server
  std::map<std::string, Gate> gates_;
};

}  // namespace castaway::sim
