// Calls that write, and wait while there is no room.
//
// A call that would wait in the middle is made in parts, none of which does: to a socket with
// MSG_DONTWAIT, to a pipe as much as always fits. The program sees one call.

#include <algorithm>
#include <cerrno>

#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>

#include "buffers.h"
#include "call.h"
#include "descriptor.h"
#include "descriptor_wait.h"
#include "ports.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

void wait_for_room(const Call& call, Descriptor descriptor, std::string_view what) {
  const Time timeout = descriptor.timeout(SO_SNDTIMEO);
  wait_between_parts(call, std::move(descriptor), POLLOUT, what, timeout);
}

/// A part of what is sent over TCP: it fits whenever poll(2) says that there is room, however soon
/// the other end acknowledges what was sent before.
constexpr std::uint64_t always_fits = 65536;

/// Whether there is room, once it is known what has been acknowledged.
bool has_room(const Call& call, const Descriptor& descriptor) {
  World& world = call.world();
  if (descriptor.bytes_sent() > always_fits) world.loopback.settle(world.report);
  world.loopback.note_traffic();
  return descriptor.is_ready(POLLOUT);
}

void end_part_written(const Call& call, std::uint64_t size, long result) {
  call.world().loopback.note_traffic();
  call.changes_something();
  end_part(call, result, size);
}

/// write and sendto on a socket.
void send_in_parts(const Call& call, Descriptor descriptor, bool is_write) {
  const std::uint64_t size = call.argument(2);
  const std::uint64_t so_far = call.parts().done;
  if (!has_room(call, descriptor))
    return wait_for_room(call, std::move(descriptor), is_write ? "write" : "sendto");
  const std::uint64_t buffer = call.argument(1);
  const std::uint64_t most = descriptor.is_tcp() ? always_fits : size;
  call.replace(1, buffer + so_far);
  call.replace(2, std::min(size - so_far, most));
  if (is_write) {
    call.become(SYS_sendto);
    call.replace(3, MSG_DONTWAIT);
    call.replace(4, 0);
    call.replace(5, 0);
  } else {
    call.replace(3, call.argument(3) | MSG_DONTWAIT);
  }
  call.then([call, size](long result) { end_part_written(call, size, result); });
}

/// write on a pipe: what is no longer than PIPE_BUF fits as soon as poll says that there is room.
void write_in_parts(const Call& call, Descriptor descriptor) {
  const std::uint64_t size = call.argument(2);
  const std::uint64_t so_far = call.parts().done;
  if (!descriptor.is_ready(POLLOUT)) return wait_for_room(call, std::move(descriptor), "write");
  const std::uint64_t buffer = call.argument(1);
  call.replace(1, buffer + so_far);
  call.replace(2, std::min<std::uint64_t>(size - so_far, PIPE_BUF));
  call.then([call, size](long result) { end_part_written(call, size, result); });
}

/// writev on a socket or pipe, and sendmsg.
void write_buffers(const Call& call, Descriptor descriptor, bool is_sendmsg) {
  const std::uint64_t so_far = call.parts().done;
  const char* const what = is_sendmsg ? "sendmsg" : "writev";
  if (!has_room(call, descriptor)) return wait_for_room(call, std::move(descriptor), what);
  const Address room = call.scratch();
  msghdr message{};
  if (is_sendmsg) {
    const auto given = call.memory().get<msghdr>(call.argument(1));
    if (!given) return call.answer(-EFAULT);
    message = *given;
  } else {
    message.msg_iov = static_cast<iovec*>(pointer_to(call.argument(1)));
    message.msg_iovlen = call.argument(2);
  }
  const Buffers left =
      buffers_left(call, reinterpret_cast<Address>(message.msg_iov), message.msg_iovlen, so_far,
                   room + sizeof message, descriptor.is_tcp() ? always_fits : ~std::uint64_t{0});
  if (descriptor.is_pipe()) {
    // One buffer at a time, and of that what fits.
    const auto first = call.memory().get<iovec>(left.address);
    if (left.count == 0 || !first) return;
    call.become(SYS_write);
    call.replace(1, reinterpret_cast<Address>(first->iov_base));
    call.replace(2, std::min<std::uint64_t>(first->iov_len, PIPE_BUF));
  } else {
    if (left.count != 0) {
      message.msg_iov = static_cast<iovec*>(pointer_to(left.address));
      message.msg_iovlen = left.count;
    }
    if (so_far != 0) {
      // Descriptors and the like went with the first part.
      message.msg_control = nullptr;
      message.msg_controllen = 0;
    }
    if (!call.memory().put(room, message)) return call.answer(-EFAULT);
    const std::uint64_t flags = is_sendmsg ? call.argument(2) : 0;
    call.become(SYS_sendmsg);
    call.replace(1, room);
    call.replace(2, flags | MSG_DONTWAIT);
  }
  call.then([call, size = left.size](long result) { end_part_written(call, size, result); });
}

void note_written(const Call& call) {
  call.world().loopback.note_traffic();
  call.changes_something();
  call.may_yield();
}

/// Whether the call is made as it is: nothing there ever waits, or the program says that it must
/// not. `nothing` if there is no such descriptor.
bool is_made_as_it_is(const Call& call, const Descriptor& descriptor, bool may_not_wait) {
  if (!descriptor || descriptor.never_waits()) return true;
  note_written(call);
  if (descriptor.is_socket() && !descriptor.is_stream())
    bind_if_unbound(call.world().loopback, descriptor);
  if (!may_not_wait && !descriptor.is_nonblocking()) return false;
  if (!descriptor.is_ready(POLLOUT)) call.is_idle();
  return true;
}

void write(const Call& call) {
  Descriptor descriptor(call.process(), call.descriptor(0));
  if (is_made_as_it_is(call, descriptor, false)) return;
  if (descriptor.is_socket()) return send_in_parts(call, std::move(descriptor), true);
  if (descriptor.is_pipe() && call.argument(2) > PIPE_BUF)
    return write_in_parts(call, std::move(descriptor));
  if (!descriptor.is_ready(POLLOUT)) wait_for_room(call, std::move(descriptor), "write");
}

void writev(const Call& call) {
  Descriptor descriptor(call.process(), call.descriptor(0));
  if (is_made_as_it_is(call, descriptor, false)) return;
  if (descriptor.is_socket() || descriptor.is_pipe())
    write_buffers(call, std::move(descriptor), false);
}

void sendto(const Call& call) {
  Descriptor descriptor(call.process(), call.descriptor(0));
  if (is_made_as_it_is(call, descriptor, (call.argument(3) & MSG_DONTWAIT) != 0)) return;
  if (descriptor.is_socket()) send_in_parts(call, std::move(descriptor), false);
}

void sendmsg(const Call& call) {
  Descriptor descriptor(call.process(), call.descriptor(0));
  if (is_made_as_it_is(call, descriptor, (call.argument(2) & MSG_DONTWAIT) != 0)) return;
  if (descriptor.is_socket()) write_buffers(call, std::move(descriptor), true);
}

/// It may do less than it was asked to, so it does what never waits.
void sendmmsg(const Call& call) {
  Descriptor descriptor(call.process(), call.descriptor(0));
  if (is_made_as_it_is(call, descriptor, (call.argument(3) & MSG_DONTWAIT) != 0)) return;
  if (!descriptor.is_ready(POLLOUT)) return wait_for_room(call, std::move(descriptor), "sendmmsg");
  call.replace(3, call.argument(3) | MSG_DONTWAIT);
}

/// The same: as much as there is room for when poll says that there is.
void sendfile(const Call& call) {
  constexpr std::uint64_t fits_in_a_socket = 16384;
  Descriptor descriptor(call.process(), call.descriptor(0));
  if (is_made_as_it_is(call, descriptor, false)) return;
  if (!descriptor.is_ready(POLLOUT)) return wait_for_room(call, std::move(descriptor), "sendfile");
  const std::uint64_t room = descriptor.is_pipe() ? PIPE_BUF : fits_in_a_socket;
  if (call.argument(3) > room) call.replace(3, room);
}

constexpr Traced calls[] = {
    {SYS_write, "write", write},          {SYS_writev, "writev", writev},
    {SYS_sendto, "sendto", sendto},       {SYS_sendmsg, "sendmsg", sendmsg},
    {SYS_sendmmsg, "sendmmsg", sendmmsg}, {SYS_sendfile, "sendfile", sendfile},
};

}  // namespace

std::span<const Traced> write_calls() { return calls; }

}  // namespace castaway::virtual_time
