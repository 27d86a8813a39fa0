#pragma once
// serve_until: a server's whole life, up to a flag that a signal handler may set.
//
//     std::atomic<bool> ending = false;
//     std::signal(SIGTERM, [](int) { ending = true; });
//     serve_until(ending, runtime, server);

#include <atomic>

#include "castaway/rpc_server.h"

namespace castaway {

/// start(), and once `ending` is set, or others call stop(), stop() and wait(). Looks at `ending`
/// every 50 ms.
/// Throws: what start() does.
/// Waits: until all of it is over; a start() that finds no broker is ended too.
void serve_until(const std::atomic<bool>& ending, Runtime& runtime, RPCServer& server);

}  // namespace castaway
