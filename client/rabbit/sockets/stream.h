#pragma once
// Stream: bytes to and from a socket that never waits, plain or through TLS.

#include <cstddef>
#include <memory>
#include <span>
#include <string>

#include <sys/uio.h>

#include "tls.h"

namespace castaway::rabbit {

class Stream {
 public:
  enum class State {
    ok,
    wait_readable,  ///< nothing was done: try again when the socket is readable
    wait_writable,
    over,  ///< the peer has ended it, or it broke: see why
  };
  struct Result {
    State state = State::ok;
    std::size_t size = 0;  ///< bytes that were moved
    /// Of a write that moved nothing: whether bytes of the first piece may have left all the same.
    /// Then it is to be tried again before anything else.
    bool tried = false;
    /// Whether more may be there, though the socket may never become readable again.
    bool more = false;
    std::string why = {};
  };

  virtual ~Stream() = default;
  [[nodiscard]] virtual Result read(std::span<char> to) = 0;
  /// As much of the pieces as goes, in order.
  [[nodiscard]] virtual Result write(std::span<const iovec> pieces) = 0;
  /// Goes on with the handshake before the first read or write, if there is one.
  [[nodiscard]] virtual Result shake_hands() { return {}; }
};

/// `socket` does not block, and is closed by somebody else, later.
[[nodiscard]] std::unique_ptr<Stream> plain_stream(int socket);

/// `hostname` is what the certificate has to be for.
[[nodiscard]] std::unique_ptr<Stream> tls_stream(int socket, const TlsContext& context,
                                                 const std::string& hostname);

}  // namespace castaway::rabbit
