#include "credit.h"

#include <algorithm>
#include <utility>

namespace castaway {
namespace {

/// Brokers are patient for a minute and more. Source: RabbitMQ, consumers, delivery acknowledgement
/// timeout: values of less than one minute are not supported.
constexpr Duration patience = 10s;

}  // namespace

Credit::Credit(Runtime& runtime, RequestQueue& requests, std::uint16_t workers,
               std::function<void()> wake)
    : runtime_(runtime),
      requests_(requests),
      workers_(workers),
      wake_(std::move(wake)),
      state_(runtime, "credit") {}

void Credit::arrived() {
  {
    auto state = state_.lock();
    if (workers_ == 0 || state->watches || state->busy < workers_) return;
    state->watches = true;
  }
  wake_();
}

void Credit::worker_is_busy() {
  {
    auto state = state_.lock();
    if (++state->busy < workers_ || workers_ == 0 || state->watches) return;
  }
  // What came while there was a free worker waits from now on. What comes now finds none: see
  // arrived().
  if (requests_.waiting_since() == never) return;
  if (std::exchange(state_.lock()->watches, true)) return;
  wake_();
}

void Credit::worker_is_free() {
  bool is_idle = false;
  bool is_enough = false;
  {
    auto state = state_.lock();
    --state->busy;
    is_idle = state->watches && state->busy == 0;
    is_enough = state->enough > 0 && workers_ - state->busy >= state->enough;
  }
  // Where nothing is to be looked after any more, tend() is told: it has no time to wait for.
  if (is_enough || (is_idle && requests_.waiting_since() == never)) wake_();
}

TimePoint Credit::tend(Listener& listener) {
  if (workers_ == 0) return never;
  const TimePoint late = send_back_late(listener);
  ask_for_more(listener);
  if (listener.granted() > 0) return late;
  return std::min(late, renew(listener));
}

TimePoint Credit::send_back_late(Listener& listener) {
  state_.lock()->watches = false;
  const TimePoint since = requests_.waiting_since();
  if (since == never) return never;
  if (const TimePoint late = deadline_after(since, patience); late > runtime_.now()) {
    state_.lock()->watches = true;
    return late;
  }
  if (listener.granted() > 0) {
    listener.pause();
    renewed_ = runtime_.now();
  }
  for (const Arrival& arrival : requests_.take_all()) arrival.taken.reject(true);
  return never;
}

void Credit::ask_for_more(Listener& listener) {
  const std::size_t granted = listener.granted();
  std::size_t free = 0;
  {
    auto state = state_.lock();
    // From a few to many in few steps, for each of them makes the consumers anew.
    state->enough = granted >= workers_ ? 0 : std::clamp<std::size_t>(2 * granted, 1, workers_);
    free = workers_ - state->busy;
    if (state->enough == 0 || free < state->enough) return;
    state->enough = free >= workers_ ? 0 : std::min<std::size_t>(2 * free, workers_);
  }
  if (granted > 0) listener.pause();
  listener.resume(static_cast<std::uint16_t>(free));
}

/// A queue that nobody consumes lapses, unless somebody asks after it. When that is due.
TimePoint Credit::renew(Listener& listener) {
  if (deadline_after(renewed_, listener.renewal()) <= runtime_.now()) {
    listener.renew();
    renewed_ = runtime_.now();
  }
  return deadline_after(renewed_, listener.renewal());
}

}  // namespace castaway
