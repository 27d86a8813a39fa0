#pragma once
// Guarded: data that can be reached only through its mutex. Use it for everything that tasks share.
//
//     Guarded<Pending> pending_{runtime, "pending"};
//     pending_.lock()->waiters.erase(id);            // held to the end of the expression
//     { auto pending = pending_.lock(); ... }        // held to the end of the block
//
// Each lock() begins with a checkpoint, where a simulation can let another task run. While you hold
// a lock, do not sleep, wait on a Signal, or call a callback that others gave you; nor, where tasks
// are preempted, take another lock. A simulation ends there.

#include <atomic>
#include <mutex>
#include <string_view>
#include <utility>

#include "castaway/runtime.h"

namespace castaway {

/// How many Guarded objects this thread holds. A simulation's tasks share a thread: one that gave
/// way while it holds one might never get it back. To ThreadSanitizer each of them is a thread, and
/// atomic is what they may share.
inline thread_local std::atomic<int> guarded_held{0};

/// Adds to guarded_held, as only its own thread does.
inline void count_guarded(int more) {
  guarded_held.store(guarded_held.load(std::memory_order_relaxed) + more,
                     std::memory_order_relaxed);
}

template <class T>
class Guarded {
 public:
  class Access {
   public:
    Access(std::mutex& mutex, T& value) : hold_(mutex), value_(value) { count_guarded(1); }
    ~Access() { count_guarded(-1); }
    Access(const Access&) = delete;
    Access& operator=(const Access&) = delete;
    Access(Access&&) = delete;
    Access& operator=(Access&&) = delete;

    T* operator->() { return &value_; }
    T& operator*() { return value_; }

   private:
    std::scoped_lock<std::mutex> hold_;
    T& value_;
  };

  /// `name` is the checkpoint's name; it must outlive this object, as a literal does.
  template <class... Args>
  Guarded(Runtime& runtime, std::string_view name, Args&&... args)
      : runtime_(runtime), name_(name), value_{std::forward<Args>(args)...} {}

  [[nodiscard]] Access lock() {
    runtime_.checkpoint(name_);
    return Access(mutex_, value_);
  }

 private:
  Runtime& runtime_;
  std::string_view name_;
  std::mutex mutex_;
  T value_;
};

}  // namespace castaway
