#pragma once
// serve_until: runs a server until a flag is set, which a signal handler may do. Call it at the end
// of a server's main().
//
//     std::atomic<bool> ending = false;
//     std::signal(SIGTERM, [](int) { ending = true; });
//     serve_until(ending, runtime, server);

#include <atomic>

#include "castaway/rpc_server.h"

namespace castaway {

/// Calls start(); once `ending` is set, or another task has called stop(), calls stop() and wait().
/// Looks at `ending` every 50 ms.
/// Throws: what start() throws.
/// Waits: until all of that is over. `ending` also ends a start() that finds no broker.
void serve_until(const std::atomic<bool>& ending, Runtime& runtime, RPCServer& server);

}  // namespace castaway
