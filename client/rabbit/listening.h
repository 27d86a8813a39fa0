#pragma once
// Listening: who receives a connection's events, until the connection is destroyed.

#include <atomic>
#include <memory>

#include "castaway/guarded.h"
#include "castaway/transport.h"

namespace castaway::rabbit {

class Listening final {
 public:
  Listening(Runtime& runtime, ConnectionEvents& events)
      : events_(events), idle_(runtime.make_signal("an event")), state_(runtime, "listening") {}

  /// Calls `act` with the events, unless nobody listens. Not from two threads at once.
  template <class Act>
  void tell(Act act) {
    {
      auto state = state_.lock();
      if (state->over) return;
      state->telling = true;
    }
    act(events_);
    // Who stopped listening may be gone by now, and so may the events. This is the link's.
    bool over = false;
    {
      auto state = state_.lock();
      state->telling = false;
      over = state->over;
    }
    if (over) idle_->notify();
  }

  /// Nothing is told any more. `inside`: called by what is being told.
  /// Waits: until what is being told was told, unless inside.
  void stop(bool inside) {
    for (;;) {
      const Signal::Ticket ticket = idle_->ticket();
      {
        auto state = state_.lock();
        state->over = true;
        if (inside || !state->telling) return;
      }
      idle_->wait(ticket, never);
    }
  }

 private:
  struct State {
    bool telling = false;
    bool over = false;
  };
  ConnectionEvents& events_;
  std::unique_ptr<Signal> idle_;
  Guarded<State> state_;
};

}  // namespace castaway::rabbit
