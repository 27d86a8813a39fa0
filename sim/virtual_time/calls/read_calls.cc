// Calls that read, and wait while there is nothing to be read.

#include <cerrno>

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "call.h"
#include "descriptor.h"
#include "descriptor_wait.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

constexpr std::uint64_t most_random_bytes = 1 << 20;

void answer_random(const Call& call, Address to, std::uint64_t size) {
  const auto bytes = call.process().random.bytes(std::min(size, most_random_bytes));
  const bool written = bytes.empty() || call.memory().write(to, bytes.data(), bytes.size());
  call.answer(written ? static_cast<long>(bytes.size()) : -EFAULT);
}

/// What is read makes room for those that write.
void note_read(const Call& call) {
  call.world().network.note_traffic();
  call.changes_something();
}

/// Reads once that can be done without waiting in the kernel.
void read_when_ready(const Call& call, std::string_view what, bool may_not_wait) {
  World& world = call.world();
  Descriptor descriptor(call.process(), call.descriptor(0));
  if (!descriptor || descriptor.never_waits()) return;
  world.network.settle(world.report);
  const bool ready = descriptor.is_ready(POLLIN);
  if (ready || may_not_wait || descriptor.is_nonblocking()) {
    if (!ready) call.is_idle();
    return note_read(call);
  }
  const Time timeout = descriptor.timeout(SO_RCVTIMEO);
  wait_for_descriptor(call, std::move(descriptor), POLLIN, what, after(world.clock.now(), timeout));
  call.thread().wait.over = [call] { note_read(call); };
}

void read(const Call& call) {
  const Descriptor descriptor(call.process(), call.descriptor(0));
  if (descriptor && descriptor.is_random())
    return answer_random(call, call.argument(1), call.argument(2));
  read_when_ready(call, "read", false);
}

void readv(const Call& call) { read_when_ready(call, "readv", false); }

/// MSG_WAITALL: until the buffer is full; in parts, none of which waits in the kernel.
void receive_all(const Call& call) {
  Thread& thread = call.thread();
  const std::uint64_t so_far = thread.transferred.value_or(0);
  const std::uint64_t size = call.argument(2);
  Descriptor descriptor(call.process(), call.descriptor(0));
  if (!descriptor) return;
  call.world().network.settle(call.world().report);
  if (!descriptor.is_ready(POLLIN)) {
    const Time timeout = descriptor.timeout(SO_RCVTIMEO);
    wait_for_descriptor(call, std::move(descriptor), POLLIN, "recvfrom",
                        after(call.world().clock.now(), timeout));
    thread.wait.over = [call] { call.repeat(); };
    const auto end = [call, so_far](long error) {
      call.thread().transferred.reset();
      call.answer(so_far != 0 ? static_cast<long>(so_far) : error);
    };
    thread.wait.due = [end] { end(-EAGAIN); };
    if (so_far != 0) {
      thread.wait.restarts = false;
      thread.wait.interrupted = [end] { end(-EINTR); };
    }
    return;
  }
  call.replace(1, call.argument(1) + so_far);
  call.replace(2, size - so_far);
  call.replace(3, (call.argument(3) & ~std::uint64_t{MSG_WAITALL}) | MSG_DONTWAIT);
  call.then([call, so_far, size](long result) {
    const std::uint64_t done = so_far + static_cast<std::uint64_t>(std::max(result, 0L));
    note_read(call);
    if (result > 0 && done < size) {
      call.thread().transferred = done;
      return call.repeat();
    }
    call.thread().transferred.reset();
    call.answer(done != 0 ? static_cast<long>(done) : result);
  });
}

void recvfrom(const Call& call) {
  const auto flags = static_cast<int>(call.argument(3));
  constexpr int in_parts = MSG_WAITALL | MSG_DONTWAIT | MSG_PEEK;
  const Descriptor descriptor(call.process(), call.descriptor(0));
  if ((flags & in_parts) == MSG_WAITALL && descriptor && !descriptor.is_nonblocking())
    return receive_all(call);
  read_when_ready(call, "recvfrom", (flags & MSG_DONTWAIT) != 0);
}

void recvmsg(const Call& call) {
  if ((call.argument(2) & MSG_WAITALL) != 0)
    call.replace(2, call.argument(2) & ~std::uint64_t{MSG_WAITALL});
  read_when_ready(call, "recvmsg", (call.argument(2) & MSG_DONTWAIT) != 0);
}

/// With the first message it returns what there is, and does not wait for more.
void recvmmsg(const Call& call) {
  const bool may_not_wait = (call.argument(3) & MSG_DONTWAIT) != 0;
  Time timeout = never;
  if (call.argument(4) != 0) {
    const auto spec = call.memory().get<timespec>(call.argument(4));
    if (!spec) return call.answer(-EFAULT);
    timeout = time_of(*spec);
  }
  read_when_ready(call, "recvmmsg", may_not_wait);
  Thread& thread = call.thread();
  if (thread.state == Thread::State::waiting) {
    thread.wait.deadline = std::min(thread.wait.deadline, after(call.world().clock.now(), timeout));
    thread.wait.over = [call] {
      note_read(call);
      call.replace(3, call.argument(3) | MSG_DONTWAIT);
      call.replace(4, 0);
    };
    thread.wait.due = [call] { call.answer(0); };
    return;
  }
  call.replace(3, call.argument(3) | MSG_DONTWAIT);
  call.replace(4, 0);
}

void note_accepted(const Call& call) {
  call.then([call](long result) {
    if (result < 0) return;
    const Descriptor descriptor(call.process(), static_cast<int>(result));
    if (descriptor && descriptor.is_tcp()) call.world().network.add(descriptor.own());
  });
}

void accept(const Call& call) {
  read_when_ready(call, "accept", false);
  Thread& thread = call.thread();
  if (thread.state == Thread::State::waiting) {
    thread.wait.over = [call] {
      note_read(call);
      note_accepted(call);
    };
    return;
  }
  note_accepted(call);
}

void getrandom(const Call& call) { answer_random(call, call.argument(0), call.argument(1)); }

constexpr Traced calls[] = {
    {SYS_read, "read", read},
    {SYS_readv, "readv", readv},
    {SYS_preadv2, "preadv2", readv},
    {SYS_recvfrom, "recvfrom", recvfrom},
    {SYS_recvmsg, "recvmsg", recvmsg},
    {SYS_recvmmsg, "recvmmsg", recvmmsg},
    {SYS_accept, "accept", accept},
    {SYS_accept4, "accept4", accept},
    {SYS_getrandom, "getrandom", getrandom},
};

}  // namespace

std::span<const Traced> read_calls() { return calls; }

}  // namespace castaway::virtual_time
