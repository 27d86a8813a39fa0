#pragma once
// WarmProcess: a process that has warmed up, loaded its libraries for instance, and that begins
// each run with a fork(2) of its own.
//
// A program says that it is warm: it opens /castaway/warm, which is there in a world that warms up,
// and forks. In that call it is held for good, and the call is made anew for each run, so that each
// child begins exactly as the others did; its parent never sees it return. A program in which
// nothing but that thread runs can do so.

#include <memory>

#include <sys/types.h>
#include <sys/user.h>

#include "supervisor.h"

namespace castaway::virtual_time {

class WarmProcess {
 public:
  /// `fork` has just happened. The child that it made is ended.
  /// Throws: std::runtime_error if there are other threads, or the process is no more.
  explicit WarmProcess(const Supervisor::WarmFork& fork);

  /// Makes a child, which is stopped. Throws: std::runtime_error.
  [[nodiscard]] pid_t fork();
  /// Lets go of the numbers of its children that have ended.
  void forget_children();
  /// The process that forks.
  [[nodiscard]] const Process& process() const { return *process_; }

 private:
  /// At what the kernel tells of next: a call that begins, or ends, or another event.
  /// Returns the status, as of waitpid(2).
  [[nodiscard]] int next_stop() const;
  void go_to_end_of_call() const;

  pid_t id_;
  std::shared_ptr<Process> process_;
  user_regs_struct before_ = {};  ///< the registers when it is about to fork
};

}  // namespace castaway::virtual_time
