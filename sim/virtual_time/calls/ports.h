#pragma once
// Ports: those that the kernel would draw by chance are given here, one after the other.

#include <netinet/in.h>

#include "descriptor.h"
#include "world/loopback.h"

namespace castaway::virtual_time {

union AnyAddress {
  sockaddr generic;
  sockaddr_in four;
  sockaddr_in6 six;
  sockaddr_storage storage;
};

/// Binds to the next port that is free, of the same address. Returns 0, or a negative errno.
[[nodiscard]] int bind_to_next_port(Loopback& loopback, int socket, AnyAddress address);

/// A socket that is about to send, connect or listen gets a port, if it is one of the internet's
/// and has none.
void bind_if_unbound(Loopback& loopback, const Descriptor& descriptor);

}  // namespace castaway::virtual_time
