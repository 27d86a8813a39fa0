#pragma once
// ClaimStore: where servers agree which of them runs a request. Share one between servers, so that
// no copy of a request runs again on another server, or on the same server after a restart.
//
// Without one, a server knows only what it has seen itself since it started. The first server that
// claims an id is granted it, for good. A server that is not sure of its grant does not run the
// request.

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "castaway/runtime.h"
#include "castaway/time.h"

namespace castaway {

enum class Claim : std::uint8_t {
  granted,  ///< it had not been claimed before
  taken,    ///< it had
  doubt,    ///< no clear answer: it may have been granted
};

class ClaimStore {
 public:
  virtual ~ClaimStore() = default;

  /// Claims `id`, which stands for a request in a queue. Many tasks may call this at once.
  /// Waits: until the answer is there, or `deadline`.
  [[nodiscard]] virtual Claim claim(const std::string& id, TimePoint deadline) = 0;

  /// The request that was granted has run, and copies of it may come until then. A store that
  /// forgets claims keeps one for as long as that, and while its request runs. Must not wait.
  virtual void ended(const std::string& /*id*/, TimePoint /*until*/) {}
};

/// A store for the servers of one process. It remembers what runs, and of what has run the
/// `capacity` claims that are needed longest, each for `age` or more.
[[nodiscard]] std::unique_ptr<ClaimStore> make_memory_claim_store(Runtime& runtime,
                                                                  std::size_t capacity = 65'536,
                                                                  Duration age = 24h);

}  // namespace castaway
