#pragma once
// Heartbeats: when to send one, and when a silent client is given up.
//
// A heartbeat is sent at each half of the interval in which nothing else was sent, and at the first
// in any case. The client is given up when two intervals in a row brought nothing, which takes two
// to three of them.
// Source: AMQP 0-9-1, 4.2.7; rabbit_heartbeat.erl.

#include <cstdint>

#include "castaway/time.h"

namespace castaway::sim::server {

/// A time to come that may be asked for where nobody knows what time it is: it then counts from
/// when somebody says so.
class Timer final {
 public:
  void start(Duration length) {
    length_ = length;
    due_ = as_soon_as_known;
  }
  void start(Duration length, TimePoint now) { due_ = deadline_after(now, length); }
  void stop() { due_ = never; }
  /// Says what time it is. True if it is due; it then stops.
  [[nodiscard]] bool passes(TimePoint now) {
    if (due_ == as_soon_as_known) due_ = deadline_after(now, length_);
    if (now < due_) return false;
    stop();
    return true;
  }
  [[nodiscard]] TimePoint due() const { return due_; }

 private:
  static constexpr TimePoint as_soon_as_known = TimePoint::min();
  Duration length_ = {};
  TimePoint due_ = never;
};

class Heartbeats final {
 public:
  /// No-op if the interval is 0.
  void start(Duration interval);
  void stop();
  /// The client is not listened to: nothing is expected of it until resume().
  void pause();
  void resume();

  struct Due {
    bool send = false;
    bool is_silent = false;
  };
  /// `sent` and `received`: how many bytes there were in all, without heartbeats that were due.
  [[nodiscard]] Due advance(TimePoint now, std::uint64_t sent, std::uint64_t received);
  [[nodiscard]] TimePoint next() const;

 private:
  Duration interval_ = {};
  Timer to_send_ = {};
  Timer to_hear_ = {};
  bool first_ = true;
  std::uint64_t sent_ = 0;      ///< when it was last looked at
  std::uint64_t received_ = 0;  ///< likewise
  bool is_quiet_ = false;       ///< nothing had come in the last interval
};

}  // namespace castaway::sim::server
