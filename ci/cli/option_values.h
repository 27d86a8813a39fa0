#pragma once
// OptionValues: reads the text that was given for an option as what its field holds: a number, a
// time, a name.
//
// Throws, all of them: UsageError.

#include <string>
#include <vector>

#include "option.h"

namespace castaway::ci {

/// Writes to the option's field what was given for it, once or more often.
void store(const Option& option, const std::vector<std::string>& given);

/// Any but "single".
[[nodiscard]] scenario::Explore::How strategy(const std::string& text);

}  // namespace castaway::ci
