#pragma once
// Members: what the servers and clients of a scenario have for themselves.

#include <map>
#include <string>

#include "castaway/scenario/scenario.h"
#include "castaway/sim/simulation.h"
#include "castaway/transport.h"

namespace castaway::scenario {

/// `who` is a server or a client; what the scenario does not say of queues is as in `otherwise`.
[[nodiscard]] sim::MemberSettings member_of(const Scenario& scenario, SubjectProfile profile,
                                            const std::string& who, QueueOptions otherwise = {});
/// All of them, by name.
[[nodiscard]] std::map<std::string, sim::MemberSettings> members_of(const Scenario& scenario,
                                                                    SubjectProfile profile);

/// Of an object of texts, integers and booleans; it has no others.
[[nodiscard]] Table table_of(const Object& object);

}  // namespace castaway::scenario
