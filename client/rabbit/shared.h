#pragma once
// Shared: what the connections of one transport have in common.

#include <atomic>
#include <cstddef>

#include "castaway/rabbit_transport.h"
#include "castaway/runtime.h"

namespace castaway::rabbit {

struct Shared {
  Runtime& runtime;
  const RabbitSettings settings;
  /// The host that answered last, where the next connection begins.
  std::atomic<std::size_t> preferred_host{0};
};

}  // namespace castaway::rabbit
