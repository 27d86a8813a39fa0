#pragma once
// Soak: callers and servers at work for minutes, beside a broker that restarts again and again.
//
// First all is warmed up, through a first restart. Then work stops, and what this process holds of
// the machine is written down; at the end work stops once more, and it must hold no more than that.
// Profile strict is judged; profile classic works beside it, and is only reported: it is gone while
// the process is measured, for its pool of connections grows as it needs them.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "castaway/thread_runtime.h"

#include "party.h"
#include "summary.h"

namespace castaway::soak {

struct SoakSettings {
  Duration time = 1min;  ///< about so long; two restarts at least
  std::uint16_t port = 5672;
  /// Stops the broker and starts it again. Waits: until it is there.
  std::function<void()> restart_broker = {};
  std::function<void(const std::string& line)> say = {};
  std::function<bool()> interrupted = {};
};

/// From one restart to the next.
[[nodiscard]] Duration restart_interval(Duration time);

class Soak final {
 public:
  Soak(ThreadRuntime& runtime, SoakSettings settings);

  /// Waits: about as long as the settings say, or until it is interrupted.
  Summary run();
  /// An operation hangs, so that nothing can be ended in an orderly way any more.
  [[nodiscard]] bool hangs() const { return hangs_; }

 private:
  void cycle();
  /// Reports now and then, and looks for an operation that does not end. Waits: for a moment.
  void watch();
  /// Waits: until then, or an interrupt.
  void watch_until(TimePoint when);
  /// Waits: until the broker is there again.
  void restart_broker();
  void await_recovery();
  /// A party whose recovery is waited for: from the end of the restart that it suffered.
  void look_for_recovery(Party& party, Report& report, std::optional<TimePoint>& since);
  /// Waits: until nobody works.
  Vitals measure(const Vitals* bound);
  void report_progress();
  void look_for_hangs();
  [[nodiscard]] bool over() const { return hangs_ || settings_.interrupted(); }

  ThreadRuntime& runtime_;
  const SoakSettings settings_;
  const TimePoint begun_;
  TimePoint next_report_;
  Summary summary_ = {};
  bool hangs_ = false;
  Ledger strict_ledger_, classic_ledger_;
  std::unique_ptr<Party> strict_, classic_;
  std::optional<TimePoint> strict_down_since_ = {}, classic_down_since_ = {};
};

}  // namespace castaway::soak
