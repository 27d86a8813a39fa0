#pragma once
// Session::State: what a session knows, and where it is.

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>

#include "castaway/sim/session.h"

#include "contents.h"
#include "frames.h"
#include "heartbeats.h"
#include "refusals.h"
#include "server_handshake.h"

namespace castaway::sim {

/// Internals of the session; its own namespace, because the broker's have names like these.
namespace server {

/// A channel that the client has used, until its end was confirmed.
struct SessionChannel {
  Contents contents;
  bool open = false;              ///< channel.open came
  bool leaving = false;           ///< channel.close came
  bool closed_by_broker = false;  ///< and channel.close-ok did not come yet
  // A channel that we have closed for an error that the broker knows nothing about:
  bool deaf = false;                  ///< channel.close-ok did not come yet
  bool muted = false;                 ///< the broker has not confirmed its end yet
  std::uint64_t silent_recovers = 0;  ///< whose answers the client does not expect
};

}  // namespace server

class Session::State final : public ClientEvents {
 public:
  State(SessionSettings settings, Connect connect, std::function<void()> has_output, TimePoint now);

  std::size_t receive(std::string_view bytes, TimePoint now);
  [[nodiscard]] bool wants_bytes() const;
  void ended();
  void advance(TimePoint now);
  [[nodiscard]] TimePoint next() const;
  [[nodiscard]] std::string take_output();
  [[nodiscard]] bool over() const { return phase_ == Phase::over; }
  [[nodiscard]] bool was_cut() const { return was_cut_; }

 private:
  enum class Phase : std::uint8_t {
    header,     ///< the protocol header has to come
    handshake,  ///< up to connection.open
    running,
    closing,  ///< the client said connection.close, and the broker has not answered
    closed,   ///< one side said connection.close: the client has to close, or to answer
    silent,   ///< nothing is read any more
    over,
  };

  // What comes from the client: session_input.cc.
  /// How many more bytes are taken now.
  [[nodiscard]] std::uint64_t room() const;
  /// Reads the next frame; false if it is not whole, or nothing is read any more.
  [[nodiscard]] bool read();
  [[nodiscard]] bool read_header();
  void take(const server::RawFrame& frame);
  void take_for_connection(const server::RawFrame& frame);
  void take_while_stopping(const server::MethodFrame& frame);
  void take_method(const server::MethodFrame& frame);
  void shake_hands(const server::Command& command);

  // What comes for a channel: session_channels.cc.
  void take_for_channel(const server::RawFrame& frame);
  void command(ChannelNumber number, server::SessionChannel& channel, server::Command command);
  void request(ChannelNumber number, server::SessionChannel& channel,
               const server::Command& command);
  void publish(ChannelNumber number, server::SessionChannel& channel, server::Command command);
  void hear_nothing_but_close(ChannelNumber number, const server::Command& command);
  void close_channel(ChannelNumber number, server::SessionChannel& channel, amqp::ChannelClose why);

  // What comes from the network: session_events.cc.
  void opened() override;
  void said(ChannelNumber channel, const amqp::Method& method) override;
  void delivered(ChannelNumber channel, BrokerDelivery delivery) override;
  void returned(ChannelNumber channel, BrokerReturn returned) override;
  void lost(const std::string& why) override;
  void said_of_connection(const amqp::Method& method);
  void said_of_channel(ChannelNumber number, amqp::Method method);
  /// False if the client is not to hear of that channel any more.
  [[nodiscard]] bool hears(ChannelNumber number) const;

  // What goes to the client: session.cc.
  void say(ChannelNumber channel, const amqp::Method& method);
  void say(ChannelNumber channel, const amqp::Method& method, const amqp::Message& content);
  /// A method without a value of its own; `arguments`: its bytes.
  void say(ChannelNumber channel, amqp::MethodNumber number, std::string_view arguments);

  // How it ends: session.cc.
  void refuse(const server::ProtocolError& error);
  void wait_for_close(Duration at_most);
  void fall_silent();
  /// Breaks the link. Not to be called from an event of the network.
  void leave();
  void finish();

  [[nodiscard]] bool is_stopping() const {
    return phase_ == Phase::closing || phase_ == Phase::closed;
  }
  /// Bytes of a payload.
  [[nodiscard]] std::uint64_t longest_payload() const;

  const SessionSettings settings_;
  const Connect connect_;
  const std::function<void()> has_output_;
  Phase phase_ = Phase::header;
  bool was_cut_ = false;
  server::ByteInput input_ = {};
  server::Handshake handshake_;
  server::Heartbeats heartbeats_ = {};
  server::Timer handshake_timer_ = {};
  server::Timer close_timer_ = {};
  std::map<ChannelNumber, server::SessionChannel> channels_ = {};
  std::string output_ = {};
  std::uint64_t sent_ = 0;               ///< bytes, without heartbeats
  std::uint64_t received_ = 0;           ///< bytes
  bool blocked_ = false;                 ///< by the broker, which reads nothing until it is over
  std::uint64_t unread_ = 0;             ///< bytes that came since
  std::unique_ptr<ClientEnd> end_ = {};  // last: nothing is heard after it
};

}  // namespace castaway::sim
