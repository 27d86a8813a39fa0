#pragma once
// Listening: who receives a connection's events, until the connection is destroyed.
//
// Its mutex is held while an event is handled, and is recursive: to stop listening waits for a
// handler that another thread runs, and a handler may stop itself.

#include <mutex>

#include "castaway/transport.h"

namespace castaway::nats {

class Listening final {
 public:
  explicit Listening(ConnectionEvents& events) : events_(&events) {}

  /// Calls `act` with the events, unless nobody listens.
  template <class Act>
  void tell(Act act) {
    const std::lock_guard hold(telling_);
    if (events_ != nullptr) act(*events_);
  }

  /// Nothing is told any more. Waits: for an event that another thread is handling.
  void stop() {
    const std::lock_guard hold(telling_);
    events_ = nullptr;
  }

 private:
  std::recursive_mutex telling_;
  ConnectionEvents* events_;  ///< null when nobody listens
};

}  // namespace castaway::nats
