#pragma once
// RealTimeEnvironment: the environment of a scenario in real time, over a real transport with
// faults before it.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "castaway/claim_store.h"
#include "castaway/guarded.h"
#include "castaway/rpc_server.h"
#include "castaway/scenario/across.h"
#include "castaway/sim/faulty_transport.h"

#include "environment.h"

namespace castaway::scenario {

class RealTimeEnvironment final : public Environment {
 public:
  RealTimeEnvironment(const Scenario& scenario, SubjectProfile profile, Runtime& runtime,
                      sim::FaultyWorld& world, const AcrossOptions& options);
  /// Ends all that still runs.
  /// Waits: until it has.
  ~RealTimeEnvironment() override;

  /// Servers and clients begin.
  void begin();
  /// Whether all scripts have ended, and no method runs but those that wait at a gate.
  [[nodiscard]] bool is_idle();

  void pass_time(Duration for_) override;
  void name_next(const std::string& op) override { world_.name_next(op); }
  void wait_for(const sim::EventPattern& event) override;
  void wait_at_gate(const std::string& name) override;
  void open_gate(const std::string& name) override;
  void wait_until_serving(const std::string& server) override;
  void stop_server(const std::string& server) override;
  void start_server(const std::string& server) override;
  [[nodiscard]] std::uint64_t number_of_next(const std::string& as) override {
    return state_.lock()->numbers[as]++;
  }
  [[nodiscard]] std::string unique_id_of(const std::string& op) override {
    return world_.unique_id_of(op);
  }
  [[nodiscard]] std::string msg_id_of(const std::string& op) override {
    return world_.msg_id_of(op);
  }
  [[nodiscard]] std::string reply_queue_of(const std::string& client) override {
    return world_.reply_queue_of(client);
  }
  void inject(const sim::Injection& made, Publication publication) override {
    world_.inject(made, std::move(publication));
  }

 private:
  /// Who has a messaging of its own: a server, or a client.
  struct Member {
    std::string name = {};
    std::unique_ptr<Runtime> runtime = {};
    std::unique_ptr<Transport> transport = {};
    std::unique_ptr<RPCTransport> messaging = {};
    std::unique_ptr<RPCServer> server = {};
    std::unique_ptr<Task> main = {};
  };
  /// What a server is asked for, and says of itself.
  struct Control {
    bool wanted = true;
    bool begun = false;        ///< an epoch has, and has not ended
    bool starting = false;     ///< its start() has not returned
    bool running = false;      ///< it serves, and nobody has asked it to stop
    bool stopping = false;     ///< somebody has
    std::uint64_t epochs = 0;  ///< how many have ended
    bool ended = false;        ///< it will not start again
  };
  struct State {
    std::map<std::string, std::uint64_t> numbers = {};  ///< of the operations of methods
    std::map<std::string, Control> servers = {};
    std::map<std::string, bool> gates = {};  ///< whether it is open
    unsigned playing = 0;                    ///< scripts
    unsigned running = 0;                    ///< methods that do not wait at a gate
    bool over = false;
  };

  Member& add(std::vector<std::unique_ptr<Member>>& members, const std::string& name,
              const std::string& process);
  void add_server(const Server& server);
  void serve(Member& member, Duration start);
  /// False if somebody has stopped it meanwhile.
  /// Waits: until it is ready, or somebody stops it.
  bool start(Member& member);
  /// Ends the start() of a server, if it has one under way.
  /// Waits: until that has returned.
  void end_start(const std::string& server);
  [[nodiscard]] Endpoint counted(Endpoint endpoint);
  /// Stops a server for good, whatever it is at.
  void end(Member& server);
  void change(const std::function<void(State&)>& change);
  /// Waits: until `is_so`, or the end. False at the end.
  bool await(const std::function<bool(const State&)>& is_so);

  const Scenario& scenario_;
  const SubjectProfile profile_;
  Runtime& runtime_;
  sim::FaultyWorld& world_;
  const AcrossOptions& options_;
  const std::shared_ptr<ClaimStore> claims_;
  std::shared_ptr<Signal> changed_;
  Guarded<State> state_;
  std::vector<std::unique_ptr<Member>> servers_;
  std::vector<std::unique_ptr<Member>> clients_;
};

}  // namespace castaway::scenario
