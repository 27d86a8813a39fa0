#pragma once
// LawsNamed: the laws that a command line names.

#include <string>
#include <vector>

#include "castaway/check/laws.h"

#include "cli/option.h"

namespace castaway::ci {

[[nodiscard]] Option law_option(std::vector<std::string>* into);

/// Throws: UsageError that names each that is no law, with the nearest that is one; `verb` is for
/// that.
[[nodiscard]] std::vector<const check::Law*> laws_named(const std::string& verb,
                                                        const std::vector<std::string>& names);

}  // namespace castaway::ci
