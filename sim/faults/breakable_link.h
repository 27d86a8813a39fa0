#pragma once
// BreakableLink: what faults do to a connection, in the simulated network as before a real
// transport: it is cut, or nothing gets through for a while, or a lost frame takes with it all that
// follow.
//
// It decides what happens and when. The link that derives from it knows how to hold a way back, and
// how to reset.

#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "castaway/check/event.h"
#include "castaway/sim/actions/disconnect.h"
#include "castaway/sim/scheduler.h"
#include "castaway/time.h"

namespace castaway::sim {

class BreakableLink {
 public:
  enum class Way : std::uint8_t { up, down };  ///< to the broker, and from it

  struct Settings {
    /// How long a silent way goes unnoticed; the link is then reset.
    Duration heartbeat_timeout = 60s;
    TimePoint quiet = never;  ///< from then on what was broken works
  };

  BreakableLink(Scheduler& scheduler, Settings settings)
      : scheduler_(scheduler), settings_(settings) {}
  BreakableLink(const BreakableLink&) = delete;
  BreakableLink& operator=(const BreakableLink&) = delete;

  /// Resets the link; if half open, holds it back first, both ways or one. In the end it is reset
  /// after all, or what was held back arrives in order.
  /// `cause` is the event that led to it.
  void disconnect(const Disconnect& how, check::EventIndex cause);
  /// A frame is lost. TCP skips no bytes, so what is sent this way later is lost as well, until
  /// AMQP's heartbeats notice the silence and the link is reset.
  void lose(Way way, check::EventIndex cause = check::no_event);

 protected:
  ~BreakableLink() = default;
  void blame(check::EventIndex cause) { cause_ = cause; }
  /// The event that broke the link, or will; no_event if none is known.
  [[nodiscard]] check::EventIndex cause() const { return cause_; }

 private:
  /// What is sent this way from now on is lost. False if it was so already.
  virtual bool die(Way way) = 0;
  /// After stall() nothing arrives; after as many resume() what was held back does, in order.
  virtual void stall(Way way) = 0;
  virtual void resume(Way way) = 0;
  /// Nothing in flight arrives, and both ends notice. No-op the second time.
  virtual void reset(const std::string& why) = 0;
  /// Keeps the link for a timer; null if it outlives all timers anyway.
  [[nodiscard]] virtual std::shared_ptr<void> kept() { return nullptr; }
  /// Schedules the end of what begins now: after `for_`, or when the faults are over.
  void when_over(Duration for_, std::function<void()> end);

  Scheduler& scheduler_;
  const Settings settings_;
  check::EventIndex cause_ = check::no_event;
};

}  // namespace castaway::sim
