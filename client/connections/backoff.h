#pragma once
// Backoff: how long to pause before the next attempt to connect.
//
// classic pauses as kombu does. strict doubles from a quarter of a second to five, and draws each
// pause from its upper half, so that clients that lost one broker together do not come back
// together. Source: oslo_messaging/_drivers/impl_rabbit.py, Connection.ensure; kombu,
// utils/functional.py, fxrange.

#include <algorithm>

#include "castaway/rpc_transport.h"
#include "castaway/runtime.h"

namespace castaway {

class Backoff final {
 public:
  Backoff(Runtime& runtime, Profile profile) : runtime_(runtime), profile_(profile) {}

  [[nodiscard]] Duration next() {
    const int attempt = attempts_++;
    if (profile_ == Profile::classic)
      return attempt == 0 ? Duration(1s)
                          : std::min<Duration>((2 * attempt - 1) * Duration(1s), 31s);
    const Duration longest = std::min<Duration>(Duration(250ms) * (1 << std::min(attempt, 5)), 5s);
    const auto half = static_cast<std::uint64_t>(longest.count() / 2);
    return Duration(static_cast<std::int64_t>(half + runtime_.random_bits("backoff") % (half + 1)));
  }
  void reset() { attempts_ = 0; }

 private:
  Runtime& runtime_;
  Profile profile_;
  int attempts_ = 0;
};

}  // namespace castaway
