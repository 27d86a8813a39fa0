#pragma once
// Thread and Process: what the supervisor knows of those that it runs.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <sys/types.h>
#include <sys/user.h>

#include "random.h"
#include "tracee_memory.h"
#include "virtual_time.h"

namespace castaway::virtual_time {

/// Program text that reads the processor's counter of cycles.
struct CounterReader {
  Address from = 0;
  Address to = 0;
  bool known = false;  ///< it does so in every run, and nothing follows from it
};

struct Process {
  unsigned number = 0;  ///< in the order in which they began; says who is meant in a trace
  pid_t id = 0;         ///< as the supervisor's kernel knows it
  pid_t inner_id = 0;   ///< as it knows itself
  pid_t parent = 0;     ///< the `id` of the process that made it, or 0
  std::string name = {};
  int pidfd = -1;
  Random random;         ///< what getrandom and /dev/urandom give it
  unsigned threads = 0;  ///< that have not ended
  std::vector<CounterReader> counter_readers = {};
  bool has_begun = false;   ///< it has become a program
  bool ending = false;      ///< all its threads are to end, and nothing else runs until they have
  bool is_warm = false;     ///< its next fork is the beginning of a run
  bool paused = false;      ///< no thread of it runs, whatever the time
  std::uint64_t calls = 0;  ///< system calls so far: what it has for CPU time

  Process(unsigned number_, pid_t id_, std::uint64_t seed);
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process();
};

/// Why a thread does not run, and how it goes on.
///
/// Exactly one of the three functions is called, once, when the thread goes on; what it does not
/// have is done as its comment says.
struct Wait {
  std::string_view what = {};  ///< for people: "futex", "poll"
  Time deadline = never;
  std::function<bool()> is_over = {};      ///< looked at when no thread can run; never, if empty
  std::function<void()> over = {};         ///< the call is made as it is
  std::function<void()> due = {};          ///< the call is made as it is
  std::function<void()> interrupted = {};  ///< by a signal that has a handler: EINTR
  /// A signal's handler runs, and then the call begins anew, if the handler was installed so.
  bool restarts = false;
  /// Whether what it waits for is in the run at all.
  enum class For { inside, outside_input, outside_reader } for_ = For::inside;
  /// The signals that cannot interrupt it, where the call brings a mask of its own.
  std::optional<std::uint64_t> blocked = {};
  std::uint64_t since = 0;  ///< a number that grows: who has waited longest
};

struct Futex {
  std::uint64_t space = 0;  ///< a process, or a file that is mapped shared
  std::uint64_t place = 0;
  friend auto operator<=>(const Futex&, const Futex&) = default;
};

/// What a thread waits for that waits on a futex, or on one of several.
struct FutexWait {
  Futex futex = {};
  Address address = 0;
  std::uint32_t expected = 0;
  std::uint32_t bits = 0;
  bool is_lock = false;  ///< a PI futex: who is woken owns it
};

/// How far a call is that is made in parts.
struct Parts {
  std::uint64_t done = 0;             ///< bytes
  std::optional<Time> deadline = {};  ///< of all its waits together, once there was one
};

/// A call that a stop has ended, and that begins anew when the thread may go on.
struct HeldCall {
  long call = -1;
  Address stack = 0;
  Time deadline = never;
};

struct Thread {
  enum class State {
    ready,    ///< stopped, and can go on
    running,  ///< the one that does
    waiting,  ///< stopped, and cannot
    away,     ///< it sleeps in the kernel, where the supervisor cannot see for what
    stopped,  ///< by SIGSTOP or its like
  };

  unsigned number = 0;  ///< in the order in which they began
  pid_t id = 0;
  pid_t inner_id = 0;
  std::shared_ptr<Process> process;
  State state = State::ready;
  Wait wait = {};
  std::vector<FutexWait> futexes = {};

  user_regs_struct registers = {};
  bool registers_changed = false;  ///< since it stopped
  long call = -1;                  ///< the system call it is in, by number
  bool at_exit_stop = false;       ///< of that call, rather than before it
  /// Runs when the call that it makes has been made, with its result.
  std::function<void(long result)> then = {};
  /// Registers as they were before arguments were replaced.
  std::optional<user_regs_struct> original = {};

  std::optional<HeldCall> held = {};
  bool continues = false;  ///< it was stopped, and is about to say that it goes on, or ends

  int signal = 0;      ///< to be handed on when it goes on
  unsigned slice = 0;  ///< calls since it was its turn
  unsigned idle = 0;  ///< calls since then that looked at clocks, or at descriptors, and found none
  bool may_yield = false;  ///< at this call another thread may be chosen
  bool makes_way = false;  ///< at this call another thread is chosen, if one is ready
  /// Calls that are made in parts and have begun. A signal's handler may run between two parts and
  /// make such a call itself, so they are told apart by the stack pointer.
  std::map<std::pair<long, Address>, Parts> parts = {};

  [[nodiscard]] Memory memory() const { return Memory(id); }
  [[nodiscard]] std::string name() const;
};

}  // namespace castaway::virtual_time
