#pragma once
// Timers: what happens by itself when virtual time has come: alarms, POSIX timers, timerfds.

#include <cstdint>
#include <functional>
#include <map>
#include <tuple>

#include "virtual_time.h"

namespace castaway::virtual_time {

struct Timer {
  Time due = never;    ///< never: it is not armed
  Time interval = {};  ///< once only, if 0
  int clock_id = CLOCK_MONOTONIC;
  /// It expired, so often since it was told last.
  std::function<void(std::uint64_t expirations)> expire = {};
  // Of a POSIX timer: its signal is there once, and tells how often it would have come beyond that.
  bool is_pending = false;
  std::uint64_t missed = 0;   ///< since its signal was sent
  std::uint64_t overrun = 0;  ///< what was told last
};

class Timers {
 public:
  struct Key {
    unsigned process = 0;  ///< by number; `shared` for what may belong to several
    enum class Kind { alarm, posix, descriptor } kind = Kind::alarm;
    std::uint64_t id = 0;
    static constexpr unsigned shared = ~0U;
    friend bool operator<(const Key& a, const Key& b) {
      return std::tie(a.process, a.kind, a.id) < std::tie(b.process, b.kind, b.id);
    }
  };

  /// Made if there is none.
  [[nodiscard]] Timer& at(Key key) { return timers_[key]; }
  /// Null if there is none.
  [[nodiscard]] Timer* find(Key key);
  bool erase(Key key) { return timers_.erase(key) != 0; }
  /// The process has ended, or is another program now: which keeps its alarm.
  void forget(unsigned process, bool keep_alarm);
  /// Of those of the process: the smallest that is free.
  [[nodiscard]] std::uint64_t free_id(unsigned process) const;

  [[nodiscard]] Time next() const;
  /// Those that are due expire, in the order of their times.
  void expire(Time now);

 private:
  std::map<Key, Timer> timers_;
};

}  // namespace castaway::virtual_time
