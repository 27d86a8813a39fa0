#pragma once
// Play: the parts of a scenario on an environment: what its servers' methods do, and its scripts.

#include <string>
#include <utility>
#include <vector>

#include "castaway/endpoint.h"
#include "castaway/scenario/scenario.h"

#include "environment.h"

namespace castaway::scenario {

[[nodiscard]] castaway::Profile library_profile(SubjectProfile profile);

/// All methods of a server, which is `player`. `environment`, `server` and what is in `player`
/// outlive them.
[[nodiscard]] std::vector<Endpoint> endpoints_of(Environment& environment, const Player& player,
                                                 const Server& server);

/// What a client does, from its first step to its last.
/// Waits: until its tasks have ended.
void play(Environment& environment, const Player& player, const Scenario& scenario,
          const Client& client);

/// By process, in the order in which each is first named: the clients that live in it.
[[nodiscard]] std::vector<std::pair<std::string, std::vector<std::string>>> processes_of(
    const std::vector<Client>& clients);

}  // namespace castaway::scenario
