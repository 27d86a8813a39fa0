#include "ports.h"

#include <cerrno>

#include <sys/socket.h>

namespace castaway::virtual_time {

int bind_to_next_port(Loopback& loopback, int socket, AnyAddress address) {
  const bool four = address.generic.sa_family == AF_INET;
  constexpr int attempts = 1000;
  for (int i = 0; i < attempts; ++i) {
    (four ? address.four.sin_port : address.six.sin6_port) = htons(loopback.next_port());
    if (bind(socket, &address.generic, four ? sizeof address.four : sizeof address.six) == 0)
      return 0;
    if (errno != EADDRINUSE) return -errno;
  }
  return -EADDRINUSE;
}

void bind_if_unbound(Loopback& loopback, const Descriptor& descriptor) {
  if (!descriptor || !descriptor.is_internet()) return;
  AnyAddress bound{};
  socklen_t size = sizeof bound;
  if (getsockname(descriptor.own(), &bound.generic, &size) != 0) return;
  const bool four = bound.generic.sa_family == AF_INET;
  if ((four ? bound.four.sin_port : bound.six.sin6_port) != 0) return;
  // If that does not succeed, the kernel finds a port.
  if (bind_to_next_port(loopback, descriptor.own(), bound) != 0) return;
}

}  // namespace castaway::virtual_time
