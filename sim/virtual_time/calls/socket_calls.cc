// Sockets: connections are made at once, and ports are no chance.

#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "call.h"
#include "descriptor.h"
#include "descriptor_wait.h"
#include "ports.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

AnyAddress address_at(const Call& call, Address from, std::uint64_t size) {
  AnyAddress address{};
  if (!call.memory().read(from, &address, std::min<std::uint64_t>(size, sizeof address)))
    address.generic.sa_family = AF_UNSPEC;
  return address;
}

/// The connection that has been begun is there, or has failed: says which.
void wait_until_connected(const Call& call) {
  World& world = call.world();
  const int number = call.descriptor(0);
  const auto result = [call, number] {
    const Descriptor descriptor(call.process(), number);
    int error = 0;
    socklen_t size = sizeof error;
    if (descriptor) getsockopt(descriptor.own(), SOL_SOCKET, SO_ERROR, &error, &size);
    if (descriptor && error == 0) call.world().loopback.add(descriptor.own());
    return -error;
  };
  world.loopback.settle(world.report);
  Descriptor descriptor(call.process(), number);
  if (descriptor.is_ready(POLLOUT)) return call.answer(result());
  const Time timeout = descriptor.timeout(SO_SNDTIMEO);
  wait_for_descriptor(call, std::move(descriptor), POLLOUT, "connect",
                      after(world.clock.now(), timeout));
  call.thread().wait.over = [call, result] { call.answer(result()); };
  call.thread().wait.due = [call] { call.answer(-EINPROGRESS); };
}

/// A call that is to wait is made so that it does not, and the thread waits here instead.
void connect(const Call& call) {
  World& world = call.world();
  const Descriptor descriptor(call.process(), call.descriptor(0));
  if (!descriptor || !descriptor.is_socket()) return;
  const AnyAddress to = address_at(call, call.argument(1), call.argument(2));
  const sa_family_t family = to.generic.sa_family;
  const bool internet = family == AF_INET || family == AF_INET6;
  if (internet && descriptor.is_tcp()) Loopback::make_steady(descriptor.own());
  // On a network that is shared, a port of one's own may be one that was used just now.
  if (internet && (world.has_own_network || !descriptor.is_tcp()))
    bind_if_unbound(world.loopback, descriptor);
  world.loopback.note_traffic();
  call.may_yield();
  const int flags = fcntl(descriptor.own(), F_GETFL);
  const bool waits = (flags & O_NONBLOCK) == 0;
  if (waits) fcntl(descriptor.own(), F_SETFL, flags | O_NONBLOCK);
  const int number = call.descriptor(0);
  call.then([call, number, waits, flags, internet](long result) {
    if (result != -EAGAIN) call.changes_something();
    const Descriptor descriptor(call.process(), number);
    if (!descriptor) return;
    if (waits) fcntl(descriptor.own(), F_SETFL, flags);
    if (internet && descriptor.is_tcp() && (result == 0 || result == -EINPROGRESS))
      call.world().loopback.add(descriptor.own());
    if (!waits) return;
    if (result == -EINPROGRESS) return wait_until_connected(call);
    // The other end of a Unix socket has no room for another connection.
    if (result == -EAGAIN) call.wait_for_a_change("connect");
  });
}

void bind(const Call& call) {
  const AnyAddress to = address_at(call, call.argument(1), call.argument(2));
  const sa_family_t family = to.generic.sa_family;
  if (family != AF_INET && family != AF_INET6) return;
  if ((family == AF_INET ? to.four.sin_port : to.six.sin6_port) != 0) return;
  const Descriptor descriptor(call.process(), call.descriptor(0));
  if (!descriptor || !descriptor.is_socket()) return;
  call.answer(bind_to_next_port(call.world().loopback, descriptor.own(), to));
}

/// What is accepted is as steady as what listens.
void listen(const Call& call) {
  const Descriptor descriptor(call.process(), call.descriptor(0));
  if (!descriptor || !descriptor.is_tcp()) return;
  Loopback::make_steady(descriptor.own());
  bind_if_unbound(call.world().loopback, descriptor);
}

/// The other end may learn of it.
void end_of_descriptor(const Call& call) {
  call.world().loopback.note_traffic();
  call.changes_something();
}

constexpr Traced calls[] = {
    {SYS_connect, "connect", connect},       {SYS_bind, "bind", bind},
    {SYS_listen, "listen", listen},          {SYS_shutdown, "shutdown", end_of_descriptor},
    {SYS_close, "close", end_of_descriptor},
};

}  // namespace

std::span<const Traced> socket_calls() { return calls; }

}  // namespace castaway::virtual_time
