#include "asio_reactor.h"

#include <algorithm>
#include <chrono>

#include <boost/asio/post.hpp>

namespace castaway::rabbit {
namespace {

/// How often the task that stands by looks while others lead. Twice that at most is what an answer
/// may have to wait when its leader has gone.
constexpr auto look_each = std::chrono::microseconds(500);

/// Who has led for so long waits for something that is far away.
constexpr Duration long_reign = 10ms;

}  // namespace

std::shared_ptr<AsioReactor> AsioReactor::of(ThreadRuntime& runtime) {
  const auto reactor = std::dynamic_pointer_cast<AsioReactor>(
      runtime.reactor([&] { return std::make_shared<AsioReactor>(runtime); }));
  // Threads that wait serve somebody else's reactor; then this one has its own task alone.
  return reactor ? reactor : std::make_shared<AsioReactor>(runtime);
}

AsioReactor::AsioReactor(ThreadRuntime& runtime)
    : runtime_(runtime),
      work_(io_.get_executor()),
      standby_(runtime.spawn("rabbit", [this] { stand_by(); })) {}

AsioReactor::~AsioReactor() {
  {
    const std::lock_guard hold(mutex_);
    ending_ = true;
  }
  changed_.notify_all();
  io_.stop();
  standby_->join();
}

void AsioReactor::wait(Waiter& waiter) {
  // A handler that waits, though it must not, would serve inside of itself.
  const bool inside = io_.get_executor().running_in_this_thread();
  while (!waiter.done() && runtime_.now() < waiter.deadline()) {
    if (inside) {
      waiter.rest();
    } else if (take_lead(waiter)) {
      lead(waiter);
    } else {
      follow(waiter);
    }
  }
}

void AsioReactor::interrupt(const Signal& signal) {
  if (led_for_ == &signal) post_nothing();
}

/// Whoever runs handlers looks up after it.
void AsioReactor::post_nothing() {
  if (!io_.get_executor().running_in_this_thread()) boost::asio::post(io_, [] {});
}

bool AsioReactor::take_lead(Waiter& waiter) {
  std::unique_lock hold(mutex_);
  if (wanted_ || leader_ == Leader::waiter) return false;
  if (leader_ == Leader::standby && !take_lead_from_standby(hold, waiter.deadline())) return false;
  leader_ = Leader::waiter;
  since_ = runtime_.now();
  ++turns_;
  led_for_ = &waiter.signal();
  return true;
}

bool AsioReactor::take_lead_from_standby(std::unique_lock<std::mutex>& hold, TimePoint deadline) {
  wanted_ = true;
  post_nothing();
  const Duration length = std::min<Duration>(deadline - runtime_.now(), 1h);
  const bool given = changed_.wait_for(hold, length, [&] { return leader_ == Leader::nobody; });
  wanted_ = false;
  return given;
}

void AsioReactor::lead(Waiter& waiter) {
  [&]() noexcept {
    while (!waiter.done() && !wanted_) {
      const TimePoint deadline = waiter.deadline();
      const std::size_t ran =
          deadline == never ? io_.run_one() : io_.run_one_for(deadline - runtime_.now());
      if (ran == 0) return;
    }
  }();
  give_lead_away();
}

void AsioReactor::give_lead_away() {
  const std::lock_guard hold(mutex_);
  leader_ = Leader::nobody;
  led_for_ = nullptr;
  if (wanted_) return changed_.notify_all();
  // Who waits without end is an idle worker, or keeps a connection: it would only be in the way
  // of who comes back in a moment.
  const auto soon = std::find_if(followers_.rbegin(), followers_.rend(), [](Waiter* waiter) {
    return waiter->deadline() != never && !waiter->done();
  });
  if (soon != followers_.rend()) (*soon)->wake();
}

void AsioReactor::follow(Waiter& waiter) {
  {
    const std::lock_guard hold(mutex_);
    if (leader_ == Leader::nobody && !wanted_) return;
    followers_.push_back(&waiter);
  }
  waiter.rest();
  const std::lock_guard hold(mutex_);
  std::erase(followers_, &waiter);
}

void AsioReactor::stand_by() {
  while (watch()) lead_until_wanted();
}

/// False when all is over. Waits: until it is this task's turn to lead.
bool AsioReactor::watch() {
  std::unique_lock hold(mutex_);
  for (std::uint64_t seen = 0; !ending_; seen = turns_) {
    if (leader_ == Leader::nobody && turns_ == seen) {
      leader_ = Leader::standby;
      return true;
    }
    if (leader_ == Leader::waiter && runtime_.now() - since_ >= long_reign) {
      wanted_ = true;
      post_nothing();
      changed_.wait(hold, [&] { return leader_ == Leader::nobody; });
      wanted_ = false;
      leader_ = Leader::standby;
      return true;
    }
    changed_.wait_for(hold, look_each, [&] { return ending_.load(); });
  }
  return false;
}

void AsioReactor::lead_until_wanted() {
  [&]() noexcept {
    while (!wanted_ && !ending_) io_.run_one();
  }();
  const std::lock_guard hold(mutex_);
  leader_ = Leader::nobody;
  changed_.notify_all();
}

}  // namespace castaway::rabbit
