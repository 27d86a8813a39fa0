#pragma once
// Remote errors: what the servers of a scenario raise, by module and class, and which of it the
// calls of a client raise as types of their own.

#include <set>
#include <string>
#include <utility>

#include "castaway/remote_errors.h"
#include "castaway/scenario/scenario.h"

namespace castaway::scenario {

/// What methods raise, and what a dispatcher does: by module and class.
[[nodiscard]] std::set<std::pair<std::string, std::string>> remote_errors(const Scenario& scenario);

/// The types of a client. As in Python, a class that its module does not have is never made.
[[nodiscard]] RemoteErrorTypes allowed_types(const Scenario& scenario, const Client& client);

}  // namespace castaway::scenario
