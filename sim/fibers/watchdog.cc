#include "watchdog.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <mutex>
#include <new>
#include <string>

namespace castaway::sim {
namespace {

using Clock = std::chrono::steady_clock;

constexpr int looks = 8;  // in the shortest limit
constexpr Duration slowest_look = 1250ms;
constexpr Duration fastest_look = 1ms;

Duration interval_for(Duration limit) {
  return std::clamp(limit / looks, fastest_look, slowest_look);
}

std::string text_for(const Turn::Seen& seen, Duration limit) {
  const std::string since = to_string(seen.now.time_since_epoch()) + " of virtual time";
  return "castaway: task \"" + seen.task + "\" has kept the simulation's thread for " +
         to_string(limit) + ", and nothing else can run. " +
         (seen.last_call.empty()
              ? "It began at " + since + " and has not called the runtime."
              : "Its last call of the runtime was " + seen.last_call + ", at " + since + '.') +
         "\nA simulated task may not block its thread: no std::mutex that another task holds over "
         "a wait, no std::thread, no real sleep, no loop that never waits. Use Runtime and Signal, "
         "as docs/guide/simulation.md says.\n";
}

}  // namespace

/// The thread that looks at all watches. Never destroyed, since a simulation may outlive any static
/// object.
class Watchdog {
 public:
  static Watchdog& of_this_process() {
    static auto* const only = new Watchdog;
    return *only;
  }

  void add(Watch& watch) {
    const std::lock_guard hold(mutex_);
    watch.previous_ = last_;
    if (last_ != nullptr) last_->next_ = &watch;
    last_ = &watch;
    if (thread_.load() == 0 && !ending_) start_thread();
    if (interval_for(watch.limit_) >= interval_) return;
    interval_ = interval_for(watch.limit_);
    changed_.notify_one();
  }

  /// Returns when `watch` is not being looked at.
  void remove(Watch& watch) {
    const std::lock_guard hold(mutex_);
    unlink(watch);
  }

 private:
  Watchdog() {
    pthread_atfork([] { of_this_process().mutex_.lock(); },
                   [] { of_this_process().mutex_.unlock(); },
                   [] { of_this_process().go_on_in_child(); });
    std::atexit([] { of_this_process().end(); });
  }

  void unlink(Watch& watch) {
    (watch.next_ != nullptr ? watch.next_->previous_ : last_) = watch.previous_;
    if (watch.previous_ != nullptr) watch.previous_->next_ = watch.next_;
  }

  /// If there can be no thread, nobody watches, and the simulation runs as ever.
  void start_thread() {
    sigset_t all, before;
    sigfillset(&all);
    // The program's signals are not for this thread to handle.
    pthread_sigmask(SIG_SETMASK, &all, &before);
    pthread_t thread = 0;
    const auto main = [](void* self) -> void* {
      static_cast<Watchdog*>(self)->watch();
      return nullptr;
    };
    if (pthread_create(&thread, nullptr, main, this) == 0) thread_ = thread;
    pthread_sigmask(SIG_SETMASK, &before, nullptr);
  }

  void watch() {
    std::unique_lock hold(mutex_);
    while (!ending_) {
      const Duration interval = interval_;
      const auto before = Clock::now();
      changed_.wait_for(hold, interval);
      const Duration elapsed = Clock::now() - before;
      interval_ = slowest_look;
      for (Watch* watch = last_; watch != nullptr; watch = watch->previous_) {
        watch->look(std::min<Duration>(elapsed, 2 * interval));
        interval_ = std::min(interval_, interval_for(watch->limit_));
      }
    }
  }

  /// Only the thread that forked is there, and holds the mutex. The next watch starts a new thread.
  void go_on_in_child() {
    for (Watch* watch = last_; watch != nullptr;) {
      Watch* const previous = watch->previous_;
      if (watch->thread_ != pthread_self()) unlink(*watch);
      watch = previous;
    }
    thread_ = 0;
    new (&changed_) std::condition_variable;  // the old one still counts on who waited for it
    mutex_.unlock();
  }

  void end() {
    const pthread_t thread = thread_.load();
    if (thread == pthread_self()) return;  // a report ends the program
    {
      const std::lock_guard hold(mutex_);
      ending_ = true;
      changed_.notify_one();
    }
    if (thread != 0) pthread_join(thread, nullptr);
  }

  std::mutex mutex_;  ///< guards all that follows, and the watches' links
  std::condition_variable changed_;
  bool ending_ = false;
  Duration interval_ = slowest_look;
  Watch* last_ = nullptr;
  std::atomic<pthread_t> thread_ = 0;  ///< written under the mutex; 0 if there is none
};

Watch::Watch(const Turn& turn, Duration limit, const Report& report)
    : turn_(turn), limit_(limit), report_(report) {
  if (limit_ > Duration::zero()) Watchdog::of_this_process().add(*this);
}

Watch::~Watch() {
  if (limit_ > Duration::zero()) Watchdog::of_this_process().remove(*this);
}

void Watch::look(Duration elapsed) {
  const std::optional<Turn::Seen> seen = turn_.look();
  if (!seen || seen->number != number_) {
    number_ = seen ? seen->number : 0;
    held_ = {};
    reported_ = false;
    return;
  }
  held_ += elapsed;
  if (reported_ || held_ < limit_) return;
  reported_ = true;
  const std::string text = text_for(*seen, limit_);
  if (report_) return report_(text);
  std::fputs(text.c_str(), stderr);
}

}  // namespace castaway::sim
