#pragma once
// CopyOrigin: why there was a second delivery.
//
// It uses the events' `cause` if they have one; otherwise (in a history from elsewhere) it infers
// the origin from the order of the events of the operation and its servers.

#include <optional>
#include <string>

#include "castaway/check/verdict.h"

#include "lookup/deliveries.h"

namespace castaway::check {

struct CopyOrigin {
  bool known = false;
  /// The event that made the copy, if there was one besides the delivery.
  std::optional<Step> step = {};
  std::string rule = {};  ///< the fault rule behind the delivery itself: "  [echo-late]"
};

/// Requires: `twice` has a second delivery.
[[nodiscard]] CopyOrigin copy_origin(const Deliveries& deliveries, const Twice& twice);

}  // namespace castaway::check
