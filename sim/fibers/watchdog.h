#pragma once
// Watch: has the process's watchdog look after one simulation: a task that keeps the thread for too
// long in real time is reported, because nothing else of its world can run.
//
// There is one watchdog thread for the process. The first watch starts it, and it is joined at
// exit. After a fork the child starts one of its own. To begin and to end a watch locks a mutex and
// wakes nobody, so that short runs can afford it.

#include <cstdint>
#include <functional>
#include <string_view>

#include <pthread.h>

#include "castaway/time.h"

#include "turn.h"

namespace castaway::sim {

class Watch {
 public:
  using Report = std::function<void(std::string_view)>;

  /// Watches `turn` until destroyed. A turn of more than `limit` of real time is reported, once; a
  /// `limit` of 0 watches nothing. While the whole process was stopped no time counts.
  ///
  /// `report` runs on the watchdog's thread, and never after this is destroyed. If empty, the text
  /// goes to stderr. Both outlive this.
  Watch(const Turn& turn, Duration limit, const Report& report);
  ~Watch();
  Watch(const Watch&) = delete;
  Watch& operator=(const Watch&) = delete;

 private:
  friend class Watchdog;

  /// `elapsed` is the real time since the look before this one.
  void look(Duration elapsed);

  const Turn& turn_;
  const Duration limit_;
  const Report& report_;
  const pthread_t thread_ = pthread_self();
  std::uint64_t number_ = 0;  ///< of the turn last seen
  Duration held_ = {};        ///< how long that has been seen
  bool reported_ = false;
  // A ring of all watches, guarded by the watchdog's mutex.
  Watch* previous_ = nullptr;
  Watch* next_ = nullptr;
};

}  // namespace castaway::sim
