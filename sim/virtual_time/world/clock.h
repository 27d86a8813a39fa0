#pragma once
// Clock: what all threads of a run take for the time.
//
// It stands while any thread can run. Programs read it at full speed, from a page of memory that
// every process shares with the supervisor; see clock_page.h.

#include <memory>
#include <optional>

#include "clock_page.h"
#include "virtual_time.h"

namespace castaway::virtual_time {

class Clock {
 public:
  /// What CLOCK_REALTIME says when the run begins; CLOCK_MONOTONIC says 1000 s.
  explicit Clock(Time real_at_start);
  /// The same time in the same page. Only one of the two may move it.
  Clock(const Clock& other);
  Clock& operator=(const Clock&) = delete;
  ~Clock() = default;

  [[nodiscard]] Time now() const { return now_; }
  /// No-op if that is past.
  void advance_to(Time time);
  /// Steps CLOCK_REALTIME, as an administrator does; nothing else moves.
  void step_real(Time by);

  /// What clock_gettime says. Nothing for a clock that is not one of these: CLOCK_REALTIME,
  /// CLOCK_MONOTONIC, CLOCK_BOOTTIME, CLOCK_TAI, and their kin.
  [[nodiscard]] std::optional<Time> reading(int clock_id) const;
  /// When that clock will say `reading`; `now()` if it is past.
  [[nodiscard]] Time when(int clock_id, Time reading) const;

  [[nodiscard]] const ClockPage& page() const { return *page_; }
  /// How much time a program has spent that has read the clock so often, since it last moved, that
  /// it can only be waiting for it to move. Nothing if none has.
  [[nodiscard]] std::optional<Time> take_reads_of_a_spin();

 private:
  void publish();

  Time now_ = {};
  Time real_;  ///< CLOCK_REALTIME when `now_` was 0, with all steps
  Time monotonic_ = 1000s;
  std::shared_ptr<ClockPage> page_ = std::make_shared<ClockPage>();
};

}  // namespace castaway::virtual_time
