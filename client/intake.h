#pragma once
// Intake: how a server turns deliveries into requests that may be run. Acknowledging and telling
// copies apart happen here, and the two profiles do both differently: see classic_intake.cc and
// strict_intake.cc.

#include <memory>
#include <optional>

#include "castaway/envelope.h"
#include "castaway/observer.h"
#include "castaway/runtime.h"

#include "listener.h"

namespace castaway {

class Intake {
 public:
  virtual ~Intake() = default;

  /// A delivery came. Must not wait.
  virtual void deliver(Taken taken) = 0;

  /// The next request to run; nothing once stopped and empty. Who got one calls begun() as soon as
  /// it is running. Waits: until there is one, and it is certain that it may be run.
  [[nodiscard]] virtual std::optional<Request> next() = 0;
  virtual void begun() = 0;

  /// Lets nothing new in.
  /// Waits: until that is certain.
  virtual void stop(Listener& listener) = 0;

  /// The connection is about to be closed.
  virtual void closing() = 0;
};

[[nodiscard]] std::unique_ptr<Intake> make_classic_intake(Runtime& runtime, Observer& observer);
/// `barrier_queue` is one of the server's own: asking for it proves that the broker has seen what
/// was sent before.
[[nodiscard]] std::unique_ptr<Intake> make_strict_intake(Runtime& runtime, Observer& observer,
                                                         std::string barrier_queue);

}  // namespace castaway
