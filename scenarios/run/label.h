#pragma once
// Label: what a history says of its run besides events: from which scenario it is, and what its
// actors are.

#include "castaway/check/history.h"
#include "castaway/scenario/scenario.h"

namespace castaway::scenario {

void label(check::History& history, const Scenario& scenario, SubjectProfile profile);

}  // namespace castaway::scenario
