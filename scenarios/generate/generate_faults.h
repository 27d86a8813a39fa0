#pragma once
// What the two halves of a generated fault plan share: where something happens, to whom, and what.

#include <string>
#include <vector>

#include "generate_parts.h"

namespace castaway::scenario {

enum class Act : std::uint8_t {
  drop,
  delay,
  duplicate,
  reorder,
  hold,
  damage,
  unroutable,
  requeue,
  cut,
  half_open,
  kill,
  pause,
  block,
  forget,
  restart,
  step
};

struct Choice {
  sim::Edge edge;
  sim::Hop hop;
  Act act;
};

using Names = std::vector<std::string>;

/// What a rule may be aimed at.
struct Targets {
  Names servers = {};
  Names clients = {};
  Names breakable = {};  ///< servers whose connections may break
  Names killable = {};
  Names mortal = {};  ///< clients that need not stay to the end
  Names calls = {};
  Names operations = {};  ///< calls too
  Names methods = {};
};

[[nodiscard]] bool shares_a_topic(const Scenario& scenario);
/// One that the script may come to.
[[nodiscard]] sim::EventPattern event(const Dice& dice, const Targets& targets);
/// What happens to a message, and to the world.
[[nodiscard]] sim::Action message_action(const Dice& dice, const Draft& draft,
                                         const Targets& targets, const Choice& choice);
[[nodiscard]] sim::Action world_action(const Dice& dice, const Draft& draft, const Targets& targets,
                                       const Choice& choice);

}  // namespace castaway::scenario
