// Calls that read, and wait while there is nothing to be read.

#include <cerrno>

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>

#include "buffers.h"
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
  call.world().loopback.note_traffic();
  call.changes_something();
}

/// What is read from a TCP connection makes room, and more may come while the call is still made,
/// or not: only what is there by now is read.
void read_what_is_there(const Call& call) {
  note_read(call);
  if (call.number() != SYS_read && call.number() != SYS_recvfrom) return;
  const Descriptor descriptor(call.process(), call.descriptor(0));
  if (!descriptor || !descriptor.is_tcp()) return;
  const std::uint64_t there = descriptor.bytes_to_read();
  if (there != 0 && there < call.argument(2)) call.replace(2, there);
}

/// Reads once that can be done without waiting in the kernel.
void read_when_ready(const Call& call, std::string_view what, bool may_not_wait) {
  World& world = call.world();
  Descriptor descriptor(call.process(), call.descriptor(0));
  if (!descriptor || descriptor.never_waits()) return;
  world.loopback.settle(world.report);
  const bool ready = descriptor.is_ready(POLLIN);
  if (ready || may_not_wait || descriptor.is_nonblocking()) {
    if (!ready) call.is_idle();
    if (world.is_outside(descriptor.status()) && descriptor.bytes_to_read() != 0)
      world.note_input(call.thread(), what);
    return read_what_is_there(call);
  }
  const Time timeout = descriptor.timeout(SO_RCVTIMEO);
  wait_for_descriptor(call, std::move(descriptor), POLLIN, what, after(world.clock.now(), timeout));
  call.thread().wait.over = [call] { read_what_is_there(call); };
}

void read(const Call& call) {
  const Descriptor descriptor(call.process(), call.descriptor(0));
  if (descriptor && descriptor.is_random())
    return answer_random(call, call.argument(1), call.argument(2));
  read_when_ready(call, "read", false);
}

void readv(const Call& call) { read_when_ready(call, "readv", false); }

/// MSG_WAITALL: until the buffer is full; in parts, none of which waits in the kernel. Returns
/// false if the thread waits before the next one.
bool begins_part(const Call& call, std::string_view what) {
  World& world = call.world();
  Descriptor descriptor(call.process(), call.descriptor(0));
  world.loopback.settle(world.report);
  if (!descriptor || descriptor.is_ready(POLLIN)) return true;
  const Time timeout = descriptor.timeout(SO_RCVTIMEO);
  wait_between_parts(call, std::move(descriptor), POLLIN, what, timeout);
  return false;
}

std::uint64_t flags_of_part(std::uint64_t flags) {
  return (flags & ~std::uint64_t{MSG_WAITALL}) | MSG_DONTWAIT;
}

void end_part_read(const Call& call, std::uint64_t size, long result) {
  note_read(call);
  end_part(call, result, size);
}

void receive_all(const Call& call) {
  if (!begins_part(call, "recvfrom")) return;
  const std::uint64_t so_far = call.parts().done;
  const std::uint64_t size = call.argument(2);
  call.replace(1, call.argument(1) + so_far);
  call.replace(2, size - so_far);
  read_what_is_there(call);
  call.replace(3, flags_of_part(call.argument(3)));
  call.then([call, size](long result) { end_part_read(call, size, result); });
}

/// Addresses and control messages are those of the last part.
void receive_all_buffers(const Call& call) {
  if (!begins_part(call, "recvmsg")) return;
  const auto given = call.memory().get<msghdr>(call.argument(1));
  if (!given) return call.answer(-EFAULT);
  const Address at = call.argument(1), room = call.scratch();
  msghdr message = *given;
  const Buffers left = buffers_left(call, reinterpret_cast<Address>(message.msg_iov),
                                    message.msg_iovlen, call.parts().done, room + sizeof message);
  message.msg_iov = static_cast<iovec*>(pointer_to(left.address));
  message.msg_iovlen = left.count;
  if (left.count == 0 || !call.memory().put(room, message)) return;
  call.replace(1, room);
  call.replace(2, flags_of_part(call.argument(2)));
  call.then([call, at, room, given = *given, size = left.size](long result) {
    if (auto told = call.memory().get<msghdr>(room)) {
      told->msg_iov = given.msg_iov;
      told->msg_iovlen = given.msg_iovlen;
      if (result >= 0 && !call.memory().put(at, *told)) return;
    }
    end_part_read(call, size, result);
  });
}

/// Whether a call with these flags reads in parts.
bool reads_all(const Call& call, std::uint64_t flags) {
  constexpr std::uint64_t in_question = MSG_WAITALL | MSG_DONTWAIT | MSG_PEEK;
  if ((flags & in_question) != MSG_WAITALL) return false;
  const Descriptor descriptor(call.process(), call.descriptor(0));
  return descriptor && !descriptor.is_nonblocking() && descriptor.is_stream();
}

void recvfrom(const Call& call) {
  if (reads_all(call, call.argument(3))) return receive_all(call);
  read_when_ready(call, "recvfrom", (call.argument(3) & MSG_DONTWAIT) != 0);
}

void recvmsg(const Call& call) {
  if (reads_all(call, call.argument(2))) return receive_all_buffers(call);
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
    if (descriptor && descriptor.is_tcp()) call.world().loopback.add(descriptor.own());
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
