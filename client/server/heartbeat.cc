#include "heartbeat.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "connections/goodbye.h"

namespace castaway {

std::optional<Duration> heartbeat_period(const Request& request, Profile profile) {
  constexpr Duration shortest = 10ms;
  const Duration timeout = request.call_monitor_timeout.value_or(Duration::zero());
  if (request.msg_id.empty() || timeout <= Duration::zero()) return std::nullopt;
  if (profile == Profile::strict) return std::max(timeout / 3, shortest);
  const Duration half = Duration(std::chrono::floor<std::chrono::seconds>(timeout)) / 2;
  return half >= 1s ? std::optional(half) : std::nullopt;
}

TaskHeartbeat::TaskHeartbeat(Runtime& runtime, Duration period, std::function<bool()> beat)
    : runtime_(runtime),
      period_(period),
      beat_(std::move(beat)),
      stopping_(runtime.make_signal("heartbeat")),
      state_(runtime, "heartbeat"),
      task_(runtime.spawn("heartbeat", [this] { keep_beating(); })) {}

TaskHeartbeat::~TaskHeartbeat() {
  state_.lock()->stopped = true;
  stopping_->notify();
  goodbye([this] { task_->join(); });
}

void TaskHeartbeat::keep_beating() {
  while (pause()) {
    if (!beat_()) break;
  }
  state_.lock()->over = true;
}

bool TaskHeartbeat::pause() {
  const TimePoint end = deadline_after(runtime_.now(), period_);
  for (;;) {
    const Signal::Ticket ticket = stopping_->ticket();
    if (state_.lock()->stopped) return false;
    if (!stopping_->wait(ticket, end)) return true;
  }
}

}  // namespace castaway
