#pragma once
// Event words: what an event was, in few words, for a place that already shows when and who.

#include <string>

#include "castaway/check/history.h"

namespace castaway::ci {

/// "calls ping#3, until 10s", "runs ping#3 (copy 2)"
[[nodiscard]] std::string short_words(const check::History& history, const check::Event& event);

}  // namespace castaway::ci
