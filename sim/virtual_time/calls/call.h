#pragma once
// Call: a system call that a thread is about to make, and what may become of it.
//
// The families of calls (futexes, descriptors, timers and so on) are functions of a Call. A call is
// answered without the kernel, made as it is or with other arguments, or the thread waits; when a
// function says nothing, the call is made as it is. A Call is a handle: waits keep copies of it.

#include <cstdint>
#include <functional>
#include <span>

#include "world/thread.h"

namespace castaway::virtual_time {

class World;

class Call {
 public:
  Call(World& world, Thread& thread) : world_(&world), thread_(&thread) {}

  [[nodiscard]] World& world() const { return *world_; }
  [[nodiscard]] Thread& thread() const { return *thread_; }
  [[nodiscard]] Process& process() const { return *thread_->process; }
  [[nodiscard]] Memory memory() const { return thread_->memory(); }
  [[nodiscard]] long number() const { return thread_->call; }

  /// As the program gave it; 0 is the first.
  [[nodiscard]] std::uint64_t argument(int index) const;
  [[nodiscard]] int descriptor(int index) const { return static_cast<int>(argument(index)); }

  /// The call is not made: this is what comes of it. Errors are negative.
  void answer(long result) const;
  /// The call is made with another value there; the program finds its register as it was.
  void replace(int index, std::uint64_t value) const;
  /// Another call is made.
  void become(long number) const;
  /// `then` runs once the call has been made. It may answer(), repeat() or wait().
  void then(std::function<void(long result)> then) const;
  /// The thread makes the same call again, from the start: after then(), or after a wait.
  void repeat() const;
  /// How far this call is, if it is made in parts: by repeat().
  [[nodiscard]] Parts parts() const;
  void keep(const Parts& parts) const;
  /// It is answered: the next one begins from the start.
  void forget_parts() const;
  /// The thread waits.
  void wait(Wait wait) const;
  /// Like `wait`, but for a call that would have to be tried to know whether it waits: it begins
  /// anew whenever anything has happened that may have changed that.
  void wait_for_a_change(std::string_view what) const;
  /// A place where another thread may be chosen to run.
  void may_yield() const;
  /// Another thread runs next, if one is ready.
  void makes_way() const;
  /// The call brought nothing: a thread that does nothing else must not keep the others from
  /// running, nor time from moving.
  void is_idle() const;
  /// Something happened that others may wait for.
  void changes_something() const;

  /// Room for arguments that the program has not got, below its stack; at most 2048 bytes.
  [[nodiscard]] Address scratch() const;

 private:
  World* world_;
  Thread* thread_;
};

/// A system call that the supervisor sees.
struct Traced {
  long number;
  const char* name;
  void (*handle)(const Call& call);
};

// Each family is a file; calls.cc puts them together.
[[nodiscard]] std::span<const Traced> child_calls();
[[nodiscard]] std::span<const Traced> clock_calls();
[[nodiscard]] std::span<const Traced> file_calls();
[[nodiscard]] std::span<const Traced> futex_calls();
[[nodiscard]] std::span<const Traced> lock_calls();
[[nodiscard]] std::span<const Traced> machine_calls();
[[nodiscard]] std::span<const Traced> poll_calls();
[[nodiscard]] std::span<const Traced> read_calls();
[[nodiscard]] std::span<const Traced> signal_calls();
[[nodiscard]] std::span<const Traced> socket_calls();
[[nodiscard]] std::span<const Traced> timer_calls();
[[nodiscard]] std::span<const Traced> write_calls();

}  // namespace castaway::virtual_time
