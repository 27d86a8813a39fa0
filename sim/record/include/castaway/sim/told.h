#pragma once
// Told: what an event of a process, a connection or a note says.

#include <string>
#include <string_view>

#include "castaway/check/event.h"
#include "castaway/time.h"
#include "castaway/transport.h"

namespace castaway::sim {

struct Told {
  check::Detail detail = check::Detail::none;
  std::string_view name = {};
  Duration length = {};
  std::string_view text = {};
  std::string_view topic = {};  ///< of a server that serves
};

/// The end of a connection called `link`. Refers to both.
[[nodiscard]] Told told(const Closed& closed, const std::string& link);

}  // namespace castaway::sim
