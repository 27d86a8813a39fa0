#pragma once
// Version 1 of the history format: there a detail was a sentence, of which laws knew the beginning.

#include <string_view>

#include "castaway/check/history.h"

namespace castaway::check {

/// Sets what `words`, the detail of an event of version 1, said. What no law knew stays as text.
void read_old_detail(History& history, Event& event, std::string_view words);

/// In version 1 a name told what an actor was: "broker" is the broker.
void read_old_actors(History& history);

}  // namespace castaway::check
