// Locks of files: tried, and tried again when something has changed.

#include <cerrno>
#include <fstream>
#include <string>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>

#include "call.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

/// One that got a lock may have given up another for it. One that did not changes nothing: if it
/// said that it did, those that wait would try for ever, each because of the other.
void wait_unless_locked(const Call& call, std::string_view what, long result, bool may_wait) {
  if (result == 0) return call.changes_something();
  if (may_wait && (result == -EAGAIN || result == -EACCES)) call.wait_for_a_change(what);
}

bool holds_lock(const Process& process, int descriptor) {
  std::ifstream info("/proc/" + std::to_string(process.id) + "/fdinfo/" +
                     std::to_string(descriptor));
  for (std::string line; std::getline(info, line);) {
    if (line.starts_with("lock:")) return true;
  }
  return false;
}

void flock(const Call& call) {
  const bool may_wait = (call.argument(1) & (LOCK_NB | LOCK_UN)) == 0;
  if (may_wait) call.replace(1, call.argument(1) | LOCK_NB);
  // To have a lock of another kind it gives up its own, even if it does not get that.
  const bool has_one = holds_lock(call.process(), call.descriptor(0));
  call.then([call, may_wait, has_one](long result) {
    if (has_one) call.changes_something();
    wait_unless_locked(call, "flock", result, may_wait);
  });
}

void fcntl(const Call& call) {
  const auto command = static_cast<int>(call.argument(1));
  const bool may_wait = command == F_SETLKW || command == F_OFD_SETLKW;
  if (!may_wait && command != F_SETLK && command != F_OFD_SETLK) return;
  if (may_wait) call.replace(1, command == F_SETLKW ? F_SETLK : F_OFD_SETLK);
  call.then([call, may_wait](long result) { wait_unless_locked(call, "fcntl", result, may_wait); });
}

constexpr Traced calls[] = {
    {SYS_flock, "flock", flock},
    {SYS_fcntl, "fcntl", fcntl},
};

}  // namespace

std::span<const Traced> lock_calls() { return calls; }

}  // namespace castaway::virtual_time
