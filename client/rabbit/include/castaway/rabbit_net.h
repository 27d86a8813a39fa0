#pragma once
// Net: the network as the link to a RabbitMQ sees it. Implement it to run that link over something
// else than the system's sockets: over pipes in virtual time, for one.
//
//     const auto transport = rabbit::transport_over(net, runtime, {.hosts = {{"mq-1"}, {"mq-2"}}});
//
// A Net makes a Line for each connection. A Line that has reached a host gives a Stream. All that
// the link asks beyond that, it asks of the Runtime: the time, signals, locks and chance.
//
// What you implement neither waits nor throws, and passes no checkpoint, as a Guarded does: the
// link may hold a lock.

#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include <sys/uio.h>

#include "castaway/rabbit_transport.h"
#include "castaway/runtime.h"
#include "castaway/transport.h"

namespace castaway::rabbit {

/// Bytes to and from a host, plain or through TLS. One thread may read while another one writes,
/// but with RabbitSettings::ssl they take turns.
class Stream {
 public:
  enum class State {
    ok,
    wait_readable,  ///< nothing was done: try again when the line is readable
    wait_writable,
    over,  ///< the peer has ended it, or it broke: see why
  };
  struct Result {
    State state = State::ok;
    std::size_t size = 0;  ///< bytes that were moved
    /// Of a write that moved nothing: whether bytes of the first piece may have left all the same.
    /// Then it is to be tried again before anything else.
    bool tried = false;
    /// Whether more may be there, though the line may never become readable again.
    bool more = false;
    std::string why = {};
  };

  virtual ~Stream() = default;
  [[nodiscard]] virtual Result read(std::span<char> to) = 0;
  /// As much of the pieces as goes, in order; there is at least one.
  [[nodiscard]] virtual Result write(std::span<const iovec> pieces) = 0;
  /// Goes on with the handshake before the first read or write, if there is one.
  [[nodiscard]] virtual Result shake_hands() { return {}; }
};

/// What one connection asks of the network. It answers through handlers: one at a time, each later
/// than the call that it was given to, and those that are ready in the order in which they became
/// so. post() and inside() may be called from anywhere, all others only by a handler.
///
/// A handler owns its link, and the link its line and stream. So do not own handlers in the line,
/// unless close() lets go of them. The last handler ends the line, called or not: perhaps when the
/// net is gone, and the runtime too.
class Line {
 public:
  using Handler = std::function<void()>;
  struct Connected {
    std::unique_ptr<Stream> stream = {};  ///< null if it has not
    std::string why_not = {};
  };

  virtual ~Line() = default;

  virtual void post(Handler handler) = 0;
  /// Whether it is a handler of this line that calls.
  [[nodiscard]] virtual bool inside() const = 0;

  /// Looks up the host's name and connects to it. Whatever was connected before has been closed.
  virtual void connect(const RabbitHost& host, std::function<void(Connected)> done) = 0;
  /// Calls `handler` when there is something to read, or the peer has ended the stream.
  virtual void wait_readable(Handler handler) = 0;
  /// Calls `handler` when the stream takes more. Two may wait for it: with TLS, one of them to
  /// read.
  virtual void wait_writable(Handler handler) = 0;
  /// Ends the connection, or connecting; no-op without one. What waits for it may be called, and
  /// does nothing then, or let go of.
  virtual void close() = 0;

  /// Calls `handler` after `length`. There is one timer: what it was to call before is let go of,
  /// or called if it was due already.
  virtual void start_timer(Duration length, Handler handler) = 0;
  virtual void cancel_timer() = 0;
};

/// Where lines come from.
class Net {
 public:
  virtual ~Net() = default;
  /// May outlive the net.
  [[nodiscard]] virtual std::unique_ptr<Line> make_line() = 0;
  /// Part of the names by which brokers show connections.
  [[nodiscard]] virtual std::int64_t process_id() const = 0;
};

/// A RabbitTransport over any net. `net` must outlive it, and `runtime` the last handler that is
/// called.
/// Throws: std::invalid_argument for settings without a host or with invalid times.
[[nodiscard]] std::unique_ptr<Transport> transport_over(Net& net, Runtime& runtime,
                                                        RabbitSettings settings);

}  // namespace castaway::rabbit
