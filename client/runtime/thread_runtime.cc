#include "castaway/thread_runtime.h"

#include <algorithm>
#include <cerrno>
#include <condition_variable>
#include <cstddef>
#include <mutex>
#include <system_error>
#include <thread>
#include <utility>

#include <pthread.h>
#include <sys/random.h>

namespace castaway {
namespace {

std::chrono::steady_clock::time_point to_steady(TimePoint when) {
  return std::chrono::steady_clock::time_point(when.time_since_epoch());
}

class ThreadTask final : public Task {
 public:
  ThreadTask(std::string name, std::function<void()> body)
      : thread_([name = std::move(name), body = std::move(body)] {
          constexpr std::size_t longest_name = 15;  // the kernel's limit
          pthread_setname_np(pthread_self(), name.substr(0, longest_name).c_str());
          body();
        }) {}

  ~ThreadTask() override { join(); }

  void join() override {
    // Several tasks may wait for the same one; only one of them may join its thread.
    std::call_once(joined_, [this] { thread_.join(); });
  }

 private:
  std::once_flag joined_;
  std::jthread thread_;
};

}  // namespace

/// Where signals find the reactor, if there is one.
class ThreadRuntime::ReactorPlace {
 public:
  [[nodiscard]] std::shared_ptr<Reactor> find() const {
    const std::lock_guard hold(mutex_);
    return reactor_.lock();
  }
  [[nodiscard]] std::shared_ptr<Reactor> find_or(
      const std::function<std::shared_ptr<Reactor>()>& make) {
    const std::lock_guard hold(mutex_);
    std::shared_ptr<Reactor> reactor = reactor_.lock();
    if (!reactor) {
      reactor = make();
      reactor_ = reactor;
    }
    return reactor;
  }

 private:
  mutable std::mutex mutex_;  ///< guards reactor_
  std::weak_ptr<Reactor> reactor_;
};

/// An event count. Everything happens under the mutex, the wake-up too: once a waiter is back it
/// may destroy the signal.
class ThreadRuntime::ThreadSignal final : public Signal {
 public:
  explicit ThreadSignal(std::shared_ptr<const ReactorPlace> place) : place_(std::move(place)) {}

  [[nodiscard]] Ticket ticket() const override {
    const std::lock_guard hold(mutex_);
    return count_;
  }

  void notify() override {
    const std::lock_guard hold(mutex_);
    ++count_;
    changed_.notify_all();
    if (waiting_ > 0) reactor_->interrupt(*this);
  }

  bool wait(Ticket ticket, TimePoint deadline) override {
    ThreadWaiter waiter(*this, ticket, deadline);
    if (const std::shared_ptr<Reactor> reactor = place_->find()) {
      const Known known(*this, *reactor);
      reactor->wait(waiter);
    } else {
      waiter.rest();
    }
    return waiter.done();
  }

 private:
  class ThreadWaiter final : public Reactor::Waiter {
   public:
    ThreadWaiter(ThreadSignal& signal, Ticket ticket, TimePoint deadline)
        : signal_(signal), ticket_(ticket), deadline_(deadline) {}

    [[nodiscard]] const Signal& signal() const override { return signal_; }
    [[nodiscard]] TimePoint deadline() const override { return deadline_; }
    [[nodiscard]] bool done() override { return signal_.ticket() != ticket_; }

    void rest() override {
      std::unique_lock hold(signal_.mutex_);
      const auto over = [&] { return signal_.count_ != ticket_ || woken_; };
      if (deadline_ == never) {
        signal_.changed_.wait(hold, over);
      } else {
        signal_.changed_.wait_until(hold, to_steady(deadline_), over);
      }
      woken_ = false;
    }

    void wake() override {
      const std::lock_guard hold(signal_.mutex_);
      woken_ = true;
      signal_.changed_.notify_all();
    }

   private:
    ThreadSignal& signal_;
    const Ticket ticket_;
    const TimePoint deadline_;
    bool woken_ = false;  ///< guarded by the signal's mutex
  };

  /// Whoever notifies knows that a waiter may serve `reactor`, as long as this exists.
  class Known final {
   public:
    Known(ThreadSignal& signal, Reactor& reactor) : signal_(signal) {
      const std::lock_guard hold(signal_.mutex_);
      signal_.reactor_ = &reactor;
      ++signal_.waiting_;
    }
    ~Known() {
      const std::lock_guard hold(signal_.mutex_);
      --signal_.waiting_;
    }
    Known(const Known&) = delete;
    Known& operator=(const Known&) = delete;

   private:
    ThreadSignal& signal_;
  };

  const std::shared_ptr<const ReactorPlace> place_;
  mutable std::mutex mutex_;  ///< guards all below
  std::condition_variable changed_;
  Ticket count_ = 0;
  Reactor* reactor_ = nullptr;
  int waiting_ = 0;  ///< on that reactor
};

ThreadRuntime::ThreadRuntime() : reactor_(std::make_shared<ReactorPlace>()) {}

std::shared_ptr<Reactor> ThreadRuntime::reactor(
    const std::function<std::shared_ptr<Reactor>()>& make) {
  return reactor_->find_or(make);
}

TimePoint ThreadRuntime::now() const {
  return TimePoint(std::chrono::steady_clock::now().time_since_epoch());
}

CalendarTime ThreadRuntime::calendar() const {
  return CalendarTime(std::chrono::system_clock::now().time_since_epoch());
}

void ThreadRuntime::sleep_until(TimePoint when) {
  // In steps, since the end of time is further off than some systems can sleep.
  constexpr Duration longest = 24h;
  for (TimePoint at = now(); at < when; at = now()) {
    std::this_thread::sleep_until(to_steady(std::min(when, deadline_after(at, longest))));
  }
}

void ThreadRuntime::checkpoint(std::string_view) {}

std::unique_ptr<Signal> ThreadRuntime::make_signal(std::string_view) {
  return std::make_unique<ThreadSignal>(reactor_);
}

std::unique_ptr<Task> ThreadRuntime::spawn(std::string name, std::function<void()> body) {
  return std::make_unique<ThreadTask>(std::move(name), std::move(body));
}

std::uint64_t ThreadRuntime::random_bits(std::string_view) {
  std::uint64_t bits = 0;
  // The kernel gives so few bytes whole, or none.
  while (getrandom(&bits, sizeof bits, 0) != sizeof bits) {
    if (errno != EINTR) throw std::system_error(errno, std::generic_category(), "getrandom");
  }
  return bits;
}

}  // namespace castaway
