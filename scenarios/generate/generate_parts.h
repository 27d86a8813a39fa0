#pragma once
// The three parts of a generated scenario, in the order in which they are made: the world, the
// script that needs it, and the faults that need both.

#include <algorithm>
#include <cstdint>
#include <string>

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

void generate_world(Draft& draft);
void generate_script(Draft& draft);
void generate_faults(Draft& draft);
/// Some clients allow the errors that are left, once the script has shown which methods are needed.
void generate_allowed_errors(Draft& draft);
/// A message made by hand, at times, among the steps of `script`.
void generate_hand_made(const Dice& dice, const Scenario& scenario, Script& script);

}  // namespace castaway::scenario
