#pragma once
// The three parts of a generated scenario, in the order in which they are made: the world, the
// script that needs it, and the faults that need both.

#include <algorithm>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include "castaway/scenario/generate.h"

#include "dice.h"

namespace castaway::scenario {

/// How many: drawn from 1 to `most`, and cut to what the size allows. So a smaller size leaves the
/// first ones as they were.
[[nodiscard]] inline std::uint64_t how_many(const Dice& dice, std::string_view name,
                                            std::uint64_t most, std::uint64_t allowed) {
  return std::min(1 + dice.below(name, most), std::max<std::uint64_t>(allowed, 1));
}

/// Copies and restarts do not go together unless stray copies are wanted: a world has one or the
/// other. In a world with copies, servers lose neither their memory nor, where another server
/// listens too, their connection.
enum class Kind : std::uint8_t { copies, restarts, both };

inline constexpr Duration longest_cast = 30s;  ///< RPCTransportOptions::publish_timeout

/// What no server has.
inline constexpr const char* missing_method = "missing";

struct Draft {
  Dice dice;
  GenerateOptions options = {};
  Kind kind = Kind::both;
  Scenario scenario = {};
  /// A server that is stopped while it starts, for its broker cannot be reached; none if empty.
  std::string stopped_at_start = {};
};

/// Whether two servers take requests from one queue.
[[nodiscard]] bool shares_a_topic(const Scenario& scenario);

/// Addresses what this server serves.
void ask(const Server& server, Operation& operation);
/// Topics and methods that somebody asks for, methods among them.
using Asked = std::set<std::pair<std::string, std::string>>;
[[nodiscard]] Asked asked_for(const Scenario& scenario);

void generate_world(Draft& draft);
/// `isolated`: queues are named after their exchange, too.
[[nodiscard]] Server generate_server(const Dice& dice, std::uint64_t number, bool isolated);
[[nodiscard]] Client generate_client(const Dice& dice, std::uint64_t number);
/// Queues of some kind, at times.
void generate_queues(Draft& draft);
/// Methods that ask other servers, at times.
void generate_chains(Draft& draft);
void generate_script(Draft& draft);
/// A broker that waits for an ack no longer than some work takes, at times. Looks at the script.
void generate_patience(Draft& draft);
[[nodiscard]] bool is_short(const sim::ConsumerTimeout& patience);
void generate_faults(Draft& draft);
/// Some clients allow the errors that are left, once the script has shown which methods are needed.
void generate_allowed_errors(Draft& draft);
/// Once everything should work again, and what was asked before is done, every topic is asked.
void add_probes(Scenario& scenario);
/// A server that nobody asks for anything gets a call of its own.
void ask_the_unasked(Scenario& scenario);
/// Servers that are of another make than the profile of the run, where a request comes to a server
/// only once. Looks at the faults, and so comes last.
void generate_makes(Draft& draft);
/// A message made by hand, at times, among the steps of `script`.
void generate_hand_made(const Dice& dice, const Scenario& scenario, Script& script);

}  // namespace castaway::scenario
