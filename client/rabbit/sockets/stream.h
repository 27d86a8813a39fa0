#pragma once
// The streams of the system's sockets.

#include <memory>
#include <string>

#include "castaway/rabbit_net.h"

#include "tls.h"

namespace castaway::rabbit {

/// `socket` does not block, and is closed by somebody else, later.
[[nodiscard]] std::unique_ptr<Stream> plain_stream(int socket);

/// `hostname` is what the certificate has to be for.
/// Throws: std::runtime_error.
[[nodiscard]] std::unique_ptr<Stream> tls_stream(int socket, const TlsContext& context,
                                                 const std::string& hostname);

}  // namespace castaway::rabbit
