#pragma once
// Session: the server's side of one AMQP 0-9-1 connection. Bytes of a client go in, bytes for it
// come out, and in between is a ClientEnd: the simulated network and broker. So any AMQP client can
// use the simulated broker.
//
//     Session session({}, connect, note_output, now);
//     session.receive(bytes_from_the_socket, now);
//     send_to_the_socket(session.take_output());
//     if (session.over()) close_the_socket();
//     wake_at(session.next());                        // and then session.advance(now)
//
// It has no socket and no clock, and makes no choices: the same bytes, events and times give the
// same output. It answers as RabbitMQ 3.10.8 does, refusals included; sim/amqp_server/recorded
// holds what that said.
// Source: AMQP 0-9-1, 2.2 and 4.2; RabbitMQ, rabbit_reader.erl and rabbit_command_assembler.erl.

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/sim/client_end.h"
#include "castaway/time.h"

namespace castaway::sim {

/// Who may log in.
struct SessionUser {
  std::string name = "guest";
  std::string password = "guest";
  /// Which it may use; all, if nothing is said.
  std::optional<std::set<std::string>> virtual_hosts = {};
};

/// Who has logged in, and where.
struct Login {
  std::string connection_name = {};  ///< as the client calls it in its properties; empty if not
  std::string user = {};
  std::string virtual_host = {};
};

/// What the server offers and allows. The defaults are RabbitMQ's.
struct SessionSettings {
  std::vector<SessionUser> users = {SessionUser{}};
  std::vector<std::string> virtual_hosts = {"/"};
  std::string cluster_name = "castaway";
  std::uint16_t channel_max = 2047;          ///< channels; 0: no limit
  std::uint32_t frame_max = 131072;          ///< bytes; 0: no limit but that of a message
  std::uint16_t heartbeat = 60;              ///< seconds that are proposed; 0: none
  std::uint64_t max_message_size = 1 << 27;  ///< bytes of a body; a longer one is refused
  std::uint64_t unread_max = 1 << 17;        ///< bytes that are taken from a blocked client
  Duration handshake_timeout = 10s;          ///< until connection.open
  Duration close_timeout = 30s;  ///< how long a client may take to close, or one heartbeat if less
};

class Session final {
 public:
  /// Makes the client's end of the network, once connection.open came.
  using Connect =
      std::function<std::unique_ptr<ClientEnd>(const Login& login, ClientEvents& events)>;

  /// `has_output` is called when there is something to take, when wants_bytes() has become true
  /// again, or when the session is over; also from inside receive() and advance(). It must not call
  /// back: note it, and act on it later.
  Session(SessionSettings settings, Connect connect, std::function<void()> has_output,
          TimePoint now);
  /// Breaks the simulated link, unless it is over.
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Takes what the client sent, however it is cut. Returns how many bytes it took: all of them,
  /// unless wants_bytes() says no, or does after some. Offer the rest again when it says yes.
  /// Nothing any client sends makes it throw.
  std::size_t receive(std::string_view bytes, TimePoint now);
  /// Whether to read more from the socket. False while the broker has blocked the connection and
  /// `unread_max` bytes have come since, and when nothing more is read before the end.
  ///
  /// RabbitMQ does not read the socket of a blocked connection at all: what the client sends fills
  /// the buffers of both sockets, and then the client waits. `unread_max` stands for those buffers,
  /// which a simulated link has not. A driver with a socket leaves the rest there.
  /// Source: rabbit_reader.erl, recvloop with connection_state = blocked.
  [[nodiscard]] bool wants_bytes() const;
  /// The client has closed its socket, or it broke. Nothing is sent any more.
  void ended();
  /// Says what time it is: heartbeats are sent, and a silent client is given up. More calls than
  /// next() asks for do no harm.
  void advance(TimePoint now);
  /// When to call advance(): `never` if nothing is due, and a time that has passed for at once. It
  /// changes with each other call, and with each event of the network.
  [[nodiscard]] TimePoint next() const;

  /// What is to be sent since it was last taken.
  [[nodiscard]] std::string take_output();
  /// Nothing more will happen: close the socket once the output is sent.
  [[nodiscard]] bool over() const;
  /// The simulated link broke, and the socket is to break with it: what has not left yet never
  /// does.
  [[nodiscard]] bool was_cut() const;

 private:
  class State;
  std::unique_ptr<State> state_;
};

}  // namespace castaway::sim
