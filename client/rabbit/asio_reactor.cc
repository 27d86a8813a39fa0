#include "asio_reactor.h"

#include <cerrno>
#include <chrono>
#include <cstdint>
#include <system_error>

#include <boost/asio/post.hpp>
#include <sys/timerfd.h>
#include <unistd.h>

namespace castaway::rabbit {
namespace {

/// With nobody leading, answers wait for so long at most.
constexpr Duration longest_without_leader = 250us;

/// Who has led for so long waits for something that is far away.
constexpr Duration long_reign = 10ms;

int make_alarm() {
  const int alarm = timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC);
  if (alarm < 0) throw std::system_error(errno, std::generic_category(), "timerfd_create");
  return alarm;
}

/// Zero takes the alarm back.
void set_alarm(int alarm, std::chrono::nanoseconds length) {
  const itimerspec once{.it_interval = {}, .it_value = {.tv_sec = 0, .tv_nsec = length.count()}};
  timerfd_settime(alarm, 0, &once, nullptr);
}

void wait_for_alarm(int alarm) {
  std::uint64_t count = 0;
  while (read(alarm, &count, sizeof count) < 0 && errno == EINTR) {
  }
}

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
      alarm_(make_alarm()),
      standby_(runtime.spawn("rabbit", [this] { stand_by(); })) {
  set_alarm(alarm_, longest_without_leader);
}

AsioReactor::~AsioReactor() {
  ending_ = true;
  io_.stop();
  set_alarm(alarm_, std::chrono::nanoseconds(1));
  standby_->join();
  ::close(alarm_);
}

void AsioReactor::serve(const std::function<bool()>& done, TimePoint deadline) {
  // A handler that waits, though it must not, would serve inside of itself.
  if (io_.get_executor().running_in_this_thread() || !take_lead(deadline)) return;
  while (!done() && !wanted_ && run_one(deadline)) {
  }
  leave();
}

void AsioReactor::interrupt() {
  if (!io_.get_executor().running_in_this_thread()) boost::asio::post(io_, [] {});
}

void AsioReactor::stand_by() {
  while (!ending_) {
    wait_for_alarm(alarm_);
    {
      const std::lock_guard hold(mutex_);
      if (leader_ != Leader::nobody) continue;
      leader_ = Leader::standby;
    }
    while (!wanted_ && !ending_) run_one(never);
    leave();
  }
}

bool AsioReactor::take_lead(TimePoint deadline) {
  const TimePoint now = runtime_.now();
  if (deadline <= now) return false;
  std::unique_lock hold(mutex_);
  if (wanted_) return false;  // by another one, who comes first
  if (leader_ == Leader::nobody) {
    set_alarm(alarm_, std::chrono::nanoseconds::zero());
  } else {
    if (leader_ == Leader::waiter && now - since_ < long_reign) return false;
    wanted_ = true;
    interrupt();
    const auto length = deadline == never ? Duration(1h) : deadline - now;
    const bool left = left_.wait_for(hold, length, [&] { return leader_ == Leader::nobody; });
    wanted_ = false;
    if (!left) return false;
  }
  leader_ = Leader::waiter;
  since_ = now;
  return true;
}

void AsioReactor::leave() {
  const std::lock_guard hold(mutex_);
  leader_ = Leader::nobody;
  if (wanted_) {
    left_.notify_all();
  } else if (!ending_) {
    set_alarm(alarm_, longest_without_leader);
  }
}

bool AsioReactor::run_one(TimePoint deadline) noexcept {
  if (deadline == never) return io_.run_one() > 0;
  return io_.run_one_for(deadline - runtime_.now()) > 0;
}

}  // namespace castaway::rabbit
