#pragma once
// Intake: how a server turns deliveries into requests that may be run. Acknowledging and telling
// copies apart happen here, and the two profiles do both differently: see classic_intake.cc and
// strict_intake.cc. A server that acknowledges late does so in either: late_intake.cc.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>

#include "castaway/claim_store.h"
#include "castaway/observer.h"
#include "castaway/runtime.h"

#include "connections/listener.h"
#include "request_memory.h"
#include "request_queue.h"

namespace castaway {

class Intake {
 public:
  virtual ~Intake() = default;

  /// A delivery came. Puts it into the queue of requests if it can. Must not wait.
  virtual void deliver(Taken taken) = 0;

  /// Of an arrival that a worker took: the request, if it may be run.
  /// Waits: until that is certain.
  [[nodiscard]] virtual std::optional<Accepted> admit(Arrival arrival) = 0;
  /// The worker is done with what it took; `accepted` is null if that came to nothing.
  virtual void done(const Accepted* /*accepted*/) {}

  /// Asks the broker for as much as can be run soon. On the listener's task; must not wait. Returns
  /// when it wants to be called again, unless it asks for that earlier.
  [[nodiscard]] virtual TimePoint tend(Listener& /*listener*/) { return never; }

  /// Lets nothing new in.
  /// Waits: until that is certain.
  virtual void stop(Listener& listener) = 0;

  /// The connection is about to be closed.
  virtual void closing() = 0;
};

/// What a delivery asks for; nothing if it is no request, which the observer is told.
[[nodiscard]] std::optional<Accepted> read_request(const Message& message, Observer& observer);

[[nodiscard]] std::unique_ptr<Intake> make_classic_intake(Runtime& runtime, Observer& observer,
                                                          RequestQueue& requests);

[[nodiscard]] std::unique_ptr<Intake> make_late_intake(Observer& observer, RequestQueue& requests);

struct StrictIntakeOptions {
  std::map<std::string, std::string> queues = {};  ///< by consumer tag
  /// One of them: asking for it proves that the broker has seen what was sent before.
  std::string barrier_queue = {};
  std::shared_ptr<ClaimStore> claims = {};  ///< may be null
  std::uint16_t workers = 1;
  bool takes_back = true;  ///< the broker does, what a server was given and does not run
  std::function<void()> wake_listener = {};  ///< asks for tend()
  Duration claim_timeout = {};
};
/// `seen` are the ids of requests that came before, in earlier epochs too.
[[nodiscard]] std::unique_ptr<Intake> make_strict_intake(Runtime& runtime, Observer& observer,
                                                         RequestQueue& requests,
                                                         Guarded<RequestMemory>& seen,
                                                         StrictIntakeOptions options);

}  // namespace castaway
