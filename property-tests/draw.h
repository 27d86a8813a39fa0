#pragma once
// Draw: RapidCheck, as it is used here: it draws seeds and sizes, from a seed that is pinned for
// each property, and prints nothing.

#include <cstdint>
#include <functional>
#include <string>

#include "settings.h"

namespace castaway::property {

/// A seed out of all that there are, for a case. It is not shrunk: another seed is another case,
/// not a smaller one. Requires: to be called in a case.
[[nodiscard]] std::uint64_t draw_seed();

/// Calls `one_case` as often as the settings say, or else `runs` times; a case that does not hold
/// says RC_FAIL. What RapidCheck tells of the failure, once it was shrunk; empty if there was none.
/// Given all of this, RapidCheck reads nothing from the environment.
[[nodiscard]] std::string failure_in_cases(const std::string& name, int runs,
                                           const Settings& settings,
                                           const std::function<void()>& one_case);

}  // namespace castaway::property
