// Locks of files: tried, and tried again when something has changed.

#include <cerrno>

#include <fcntl.h>
#include <sys/file.h>
#include <sys/syscall.h>

#include "call.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

void flock(const Call& call) {
  call.changes_something();
  if ((call.argument(1) & (LOCK_NB | LOCK_UN)) != 0) return;
  call.replace(1, call.argument(1) | LOCK_NB);
  call.then([call](long result) {
    if (result == -EWOULDBLOCK) call.wait_for_a_change("flock");
  });
}

void fcntl(const Call& call) {
  const auto command = static_cast<int>(call.argument(1));
  if (command == F_SETLK || command == F_OFD_SETLK) return call.changes_something();
  if (command != F_SETLKW && command != F_OFD_SETLKW) return;
  call.changes_something();
  call.replace(1, command == F_SETLKW ? F_SETLK : F_OFD_SETLK);
  call.then([call](long result) {
    if (result == -EAGAIN || result == -EACCES) call.wait_for_a_change("fcntl");
  });
}

constexpr Traced calls[] = {
    {SYS_flock, "flock", flock},
    {SYS_fcntl, "fcntl", fcntl},
};

}  // namespace

std::span<const Traced> lock_calls() { return calls; }

}  // namespace castaway::virtual_time
