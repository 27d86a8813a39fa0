#pragma once
// OptionReader: reads arguments into the fields of options. CLI11 takes the arguments apart; no
// other file includes it, since it takes seconds to compile.

#include <string>
#include <vector>

#include "option.h"

namespace castaway::ci {

/// `verb` is for complaints; empty if it is the program itself that has the options.
/// Returns false, with the fields as they were, if the arguments ask for help.
/// Throws: UsageError, with the nearest flag if there is none of that name.
[[nodiscard]] bool read_options(const std::string& verb, const std::vector<Option>& options,
                                std::vector<std::string> arguments);

}  // namespace castaway::ci
