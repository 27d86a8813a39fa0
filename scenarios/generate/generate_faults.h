#pragma once
// What the parts of a generated fault plan share: where something happens, to whom, and what.

#include <cstdint>
#include <span>
#include <string>
#include <vector>

#include "generate_parts.h"

namespace castaway::scenario {

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
  Names askers = {};     ///< clients, and servers whose methods ask others
  Names topics = {};     ///< that somebody asks
  Names exchanges = {};  ///< as AMQP calls them
};

[[nodiscard]] Targets targets_of(const Draft& draft);

/// How much longer something takes.
[[nodiscard]] sim::Distribution extra(const Dice& dice);
/// One that the script may come to.
[[nodiscard]] sim::EventPattern event(const Dice& dice, const Targets& targets);

/// A server twice as often as a client, if `servers` has any.
[[nodiscard]] std::string anyone(const Dice& dice, const Names& servers, const Names& clients);

/// What the action of a rule is drawn for.
struct Occasion {
  const Dice& dice;
  const Draft& draft;
  const Targets& targets;
  sim::Edge edge;
};

/// What a generated rule does, and what the world has to allow for it.
struct Act {
  sim::Action (*draw)(const Occasion& at);
  enum class Care : std::uint8_t {
    none,
    loses,
    delays,
    copies,
    cuts,
    kills,
    restarts
  } care = Care::none;
};

/// Something that may go wrong somewhere.
struct Choice {
  sim::Edge edge;
  sim::Hop hop;
  Act act;
};

/// A kind that is listed twice is drawn twice as often.
[[nodiscard]] std::span<const Choice> choices_of_messages();
/// Of links, processes and clocks.
[[nodiscard]] std::span<const Choice> choices_of_outages();
[[nodiscard]] std::span<const Choice> choices_of_the_broker();
/// And these where servers ask for claims.
[[nodiscard]] std::span<const Choice> choices_of_claims();

}  // namespace castaway::scenario
