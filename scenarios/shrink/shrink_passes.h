#pragma once
// The passes of shrinking, one function each. Each leaves the smallest scenario that it found in
// `trials`.

#include "thin_out.h"
#include "trials.h"

namespace castaway::scenario {

/// Ends the run after the event that breaks the property, where it is not judged at the end.
void cut_the_run(Trials& trials);
/// Rules of one edge after the other, then rules.
void thin_out_faults(Trials& trials, Parts parts);
/// Clients with all they do, servers, tasks.
void thin_out_actors(Trials& trials, Parts parts);
/// Operations, copy by copy, and the other steps of the script.
void thin_out_script(Trials& trials, Parts parts);
/// Deviations of one kind after the other, then in parts.
void thin_out_deviations(Trials& trials, Parts parts);
/// What is set to something unusual becomes usual; then numbers and times become as small as they
/// can be, and round.
void simplify_values(Trials& trials);

}  // namespace castaway::scenario
