#pragma once
// Copies: builds the argument that an operation was executed a second time, and why.

#include <string>
#include <vector>

#include "castaway/check/verdict.h"

#include "lookup/deliveries.h"

namespace castaway::check {

struct CopyArgument {
  std::vector<Step> steps = {};
  EventIndex first_delivery = no_event;   ///< no_event if the history does not show it
  EventIndex second_delivery = no_event;  ///< as well
  std::string number = {};                ///< in sentences: the number that would help to fix it
};

/// How a second delivery came about: the event that made the copy, if there was one, and the
/// delivery itself. Requires: `twice` has one.
[[nodiscard]] std::vector<Step> second_delivery(const Deliveries& deliveries, const Twice& twice);

/// What led from the execution `first` to the execution `second` of the same operation.
[[nodiscard]] CopyArgument argue(const Deliveries& deliveries, EventIndex first, EventIndex second);

}  // namespace castaway::check
