#pragma once
// ClaimStore: where servers agree who of them runs a request, so that a copy which the broker hands
// to another server, or to this one after a restart, is not run again.
//
// A server remembers what it has seen; it knows nothing of what others have, or of what it saw in
// an earlier life. A store that they share does. Whoever claims an id first is granted it, once and
// for all; a server that is not sure of its grant does not run the request.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "castaway/runtime.h"
#include "castaway/time.h"

namespace castaway {

enum class Claim : std::uint8_t {
  granted,  ///< nobody had claimed it before
  taken,    ///< somebody had
  doubt,    ///< no answer, or none that helps: it may have been granted
};

class ClaimStore {
 public:
  virtual ~ClaimStore() = default;

  /// Claims `id`: that of a request in a queue. May be called by many tasks at once.
  /// Waits: until the answer is there, `deadline` at most.
  [[nodiscard]] virtual Claim claim(const std::string& id, TimePoint deadline) = 0;
};

/// A store for the servers of one process. It remembers so many claims for so long.
[[nodiscard]] std::unique_ptr<ClaimStore> make_memory_claim_store(Runtime& runtime,
                                                                  std::size_t capacity = 65'536,
                                                                  Duration age = 1h);

}  // namespace castaway
