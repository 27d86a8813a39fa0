#pragma once
// Help: what --help prints, for the program and for each of its verbs.

#include <memory>
#include <string>
#include <vector>

#include "verb.h"

namespace castaway::ci {

/// `options` are those of the program itself.
[[nodiscard]] std::string program_help(const std::vector<std::unique_ptr<Verb>>& verbs,
                                       const std::vector<Option>& options);

[[nodiscard]] std::string verb_help(const VerbHelp& verb, const std::vector<Option>& options);

}  // namespace castaway::ci
