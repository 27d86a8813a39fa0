#pragma once
// RequestQueue: requests that have arrived and wait for a worker.
//
// Each arrival wakes one worker, the one that has been idle for the shortest time. And the queue
// knows of those which a worker has taken and not begun yet, so that an orderly stop can wait for
// them.

#include <cstddef>
#include <deque>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "castaway/envelope.h"
#include "castaway/guarded.h"
#include "castaway/runtime.h"

#include "connections/listen_link.h"

namespace castaway {

/// A request that a server has accepted for good.
struct Accepted {
  Request request = {};
  std::string known_as = {};  ///< what tells it from its copies, if anything does
  Duration copies_for = {};   ///< how long after its run copies of it may come
  Taken unsettled = {};       ///< its delivery, if that is settled only after its run
  /// It is to be rejected then, rather than acknowledged: requeued or not.
  std::optional<bool> rejected = {};

  std::optional<Failure> malformed = {};  ///< what is wrong with it: there is nothing to run
};

/// A delivery; with what it is if that is known already.
struct Arrival {
  Taken taken = {};
  TimePoint since = {};  ///< it waits
  std::optional<Accepted> accepted = {};
};

class RequestQueue final {
 public:
  explicit RequestQueue(Runtime& runtime) : runtime_(runtime), state_(runtime, "request-queue") {}

  /// Adds at the end. False, and `arrival` is left as it is, once closed. Does not wait.
  bool put(Arrival& arrival);

  /// The oldest arrival; nothing once closed and empty. Who gets one calls begun() as soon as it
  /// runs, or when it has come to nothing.
  /// Waits: until there is one, or the queue is closed.
  [[nodiscard]] std::optional<Arrival> take();
  void begun();

  /// Lets nothing new in, and every worker go once what is there is used up.
  void close();

  /// How long the oldest one that no worker has taken has waited: since when; `never` if there is
  /// none.
  [[nodiscard]] TimePoint waiting_since();

  /// All that is there now, oldest first; leaves the queue empty.
  [[nodiscard]] std::deque<Arrival> take_all();

  /// Waits: until everything that was taken has begun.
  void wait_until_begun();

 private:
  struct State {
    std::deque<Arrival> waiting = {};
    std::vector<std::shared_ptr<Signal>> idle = {};  ///< one for each worker that waits
    std::size_t taken = 0;                           ///< and not begun
    std::shared_ptr<Signal> all_begun = {};          ///< of who waits for that
    bool closed = false;
  };

  Runtime& runtime_;
  Guarded<State> state_;
};

}  // namespace castaway
