#pragma once
// Party: eight callers in one process and two servers in two more, of one profile, that work
// without end, rest when they are asked to, and work again.

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "castaway/guarded.h"
#include "castaway/rabbit_transport.h"
#include "castaway/rpc_client.h"
#include "castaway/rpc_server.h"
#include "castaway/rpc_transport.h"
#include "castaway/thread_runtime.h"

#include "ledger.h"

namespace castaway::soak {

/// Of calls and casts.
inline constexpr Duration timeout = 5s;
/// How much later than that an operation may end: the machine may be busy.
inline constexpr Duration grace = 5s;
inline constexpr int callers = 8;
/// Between two operations of a caller.
inline constexpr Duration pause = 20ms;

class Party final {
 public:
  /// They work at once. `ledger` outlives them.
  Party(ThreadRuntime& runtime, Profile profile, std::uint16_t port, Ledger& ledger);
  /// Waits: until nobody works.
  ~Party();
  Party(const Party&) = delete;
  Party& operator=(const Party&) = delete;

  void work();
  /// False when somebody still works then.
  /// Waits: until all callers rest, `deadline` at most.
  bool rest(TimePoint deadline);
  /// Uses every connection, and makes every server have all workers that it may have.
  /// Requires: all callers rest.
  /// Waits: until that is done.
  void use_all();

  /// When the caller that works longest on one operation began it; none if nobody works.
  [[nodiscard]] std::optional<TimePoint> working_since();
  /// Whether since then each caller had an answer, and each server gave one, to a call that was
  /// begun since then.
  [[nodiscard]] bool answered_since(TimePoint when);
  /// The longest that an operation took so far.
  [[nodiscard]] Duration slowest() { return state_.lock()->slowest; }
  [[nodiscard]] std::size_t pending_calls() const { return asking_.transport.pending_calls(); }

 private:
  struct Process {
    Process(ThreadRuntime& runtime, Profile profile, std::uint16_t port, const std::string& name);
    RabbitTransport link;
    RPCTransport transport;
  };
  struct State {
    bool working = true;
    bool over = false;
    std::array<std::optional<TimePoint>, callers> since = {};  ///< who is at work, since when
    std::array<TimePoint, callers> answered = {};  ///< when the last call began that was answered
    std::array<TimePoint, Ledger::servers> gave_answer = {};  ///< the same, by server
    Duration slowest = {};
  };

  void run(std::size_t caller);
  void operate(std::size_t caller, std::uint64_t turn);
  /// What the caller is told; the answer's server comes back in `server`.
  Told invoke(Kind kind, Ledger::Id id, std::uint64_t turn, std::optional<std::size_t>& server);
  /// False when it is over.
  /// Waits: until callers may work.
  bool wait_for_work(std::size_t caller);

  ThreadRuntime& runtime_;
  Ledger& ledger_;
  const std::string topic_;
  std::unique_ptr<Signal> changed_;
  Guarded<State> state_;
  Process asking_;
  std::array<std::unique_ptr<Process>, Ledger::servers> serving_ = {};
  std::array<std::unique_ptr<RPCServer>, Ledger::servers> servers_ = {};
  RPCClient client_;
  std::vector<std::unique_ptr<Task>> callers_ = {};
};

}  // namespace castaway::soak
