#include "request_queue.h"

#include <utility>

namespace castaway {

bool RequestQueue::put(Arrival& arrival) {
  std::shared_ptr<Signal> worker;
  {
    auto state = state_.lock();
    if (state->closed) return false;
    state->waiting.push_back(std::move(arrival));
    if (!state->idle.empty()) {
      worker = std::move(state->idle.back());
      state->idle.pop_back();
    }
  }
  if (worker) worker->notify();
  return true;
}

std::optional<Arrival> RequestQueue::take() {
  const std::shared_ptr<Signal> wake = runtime_.make_signal("requests");
  for (;;) {
    const Signal::Ticket ticket = wake->ticket();
    {
      auto state = state_.lock();
      if (!state->waiting.empty()) {
        std::optional<Arrival> arrival(std::move(state->waiting.front()));
        state->waiting.pop_front();
        ++state->taken;
        return arrival;
      }
      if (state->closed) return std::nullopt;
      state->idle.push_back(wake);
    }
    // Whoever wakes it takes it off the list.
    if (!wake->wait(ticket, never)) return std::nullopt;  // our process is being killed
  }
}

void RequestQueue::begun() {
  std::shared_ptr<Signal> waiter;
  {
    auto state = state_.lock();
    if (--state->taken == 0) waiter = state->all_begun;
  }
  if (waiter) waiter->notify();
}

void RequestQueue::close() {
  std::vector<std::shared_ptr<Signal>> idle;
  {
    auto state = state_.lock();
    state->closed = true;
    idle.swap(state->idle);
  }
  for (const auto& worker : idle) worker->notify();
}

TimePoint RequestQueue::waiting_since() {
  auto state = state_.lock();
  return state->waiting.empty() ? never : state->waiting.front().since;
}

std::deque<Arrival> RequestQueue::take_all() { return std::exchange(state_.lock()->waiting, {}); }

void RequestQueue::wait_until_begun() {
  const std::shared_ptr<Signal> all_begun = runtime_.make_signal("requests to begin");
  for (;;) {
    const Signal::Ticket ticket = all_begun->ticket();
    {
      auto state = state_.lock();
      if (state->taken == 0) return;
      state->all_begun = all_begun;
    }
    if (!all_begun->wait(ticket, never)) return;  // our process is being killed
  }
}

}  // namespace castaway
