#pragma once
// Verbs: all that the program can do, in the order of `castaway --help`.

#include <memory>
#include <vector>

#include "cli/verb.h"

namespace castaway::ci {

/// Made anew: a verb reads one command line.
[[nodiscard]] std::vector<std::unique_ptr<Verb>> verbs();

}  // namespace castaway::ci
