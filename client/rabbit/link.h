#pragma once
// Link: one connection to a RabbitMQ, from the first host tried to the last event.
//
// Callers' threads hand over and write; all else happens in handlers of its line, one at a time.
// What both touch is in Out, behind a lock that is never held while an event is handled. A link
// lives on, unheard, until its last handler has run.

#include <atomic>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "castaway/amqp/frame.h"
#include "castaway/amqp/message.h"
#include "castaway/amqp/method.h"
#include "castaway/guarded.h"
#include "castaway/rabbit_net.h"

#include "handshake.h"
#include "inbox.h"
#include "listening.h"
#include "outbox.h"
#include "requests.h"
#include "shared.h"

namespace castaway::rabbit {

class Link final : public std::enable_shared_from_this<Link> {
 public:
  Link(std::shared_ptr<Shared> shared, std::unique_ptr<Line> line, std::string name,
       ConnectionEvents& events);

  void start();
  /// No event comes any more, and the link breaks unless it has said goodbye.
  /// Waits: for an event that another thread is handling.
  void abandon();

  RequestNumber request(const amqp::Method& method, Answer answer);
  std::uint64_t publish(const amqp::Publication& publication);
  void say(const amqp::Method& method);
  void close();
  [[nodiscard]] std::uint64_t sent_through() { return out_.lock()->outbox.sent_through(); }

 private:
  /// What callers' threads and the handlers share.
  struct Out {
    Outbox outbox = {};
    Stream* stream = nullptr;       ///< while there is one that works
    bool waiting_writable = false;  ///< somebody goes on when the stream takes more
    bool open = false;
    bool closing = false;  ///< close() was called
    bool over = false;     ///< nothing more is handed over
    Requests requests = {};
    std::uint64_t publications = 0;
    std::optional<std::uint64_t> unconfirmable = {};  ///< publications before confirm.select
  };

  // Connecting, host by host: link_connect.cc.
  void try_next_host();
  void connected(Line::Connected connected);
  void shake_hands();
  void introduce();
  void take_handshake(const amqp::Method& method);
  void opened();
  void no_answer();
  void host_failed(const std::string& why, std::uint16_t code = 0);
  [[nodiscard]] const RabbitHost& host() const;
  [[nodiscard]] std::string host_name() const;

  // Reading: link_read.cc.
  void wait_readable();
  void wait_writable_to_read();
  void on_readable();
  [[nodiscard]] Stream::Result read();
  void take_frames();
  void take(Inbox::Arrived arrived);
  void take_method(const amqp::Method& method);
  void confirmed(std::uint64_t delivery_tag, bool multiple, bool ack);
  void answered(const amqp::Method& method);
  void block(bool blocked);
  void stop_writing();

  // Writing, from anywhere, and the end: link.cc.
  [[nodiscard]] static bool usable(const Out& out) { return !out.over && !out.closing; }
  void hand_over(Out& out, std::string bytes, std::uint64_t publication = 0);
  void say_first(const amqp::Method& method);
  void flush(Out& out);
  void wait_writable();
  void begin_heartbeats();
  void beat();
  void lost(const std::string& why);
  void finish(Closed closed);
  void linger(Closed closed);
  void drop_stream();
  void cut();

  void after(Duration length, void (Link::*act)());

  /// A handler that acts unless the link is through with what it was made for.
  template <class Act>
  auto in_turn(Act act) {
    return [self = shared_from_this(), attempt = attempt_.load(),
            act = std::move(act)](auto&&... results) {
      if (self->attempt_ == attempt) act(std::forward<decltype(results)>(results)...);
    };
  }

  const std::shared_ptr<Shared> shared_;
  const std::string name_;
  const std::unique_ptr<Line> line_;
  Guarded<Out> out_;
  Listening listening_;
  std::atomic<std::uint32_t> frame_max_{amqp::frame_min_size};
  std::atomic<std::uint64_t> attempt_{0};  ///< counted by handlers

  // The handlers' own.
  std::size_t first_host_ = 0;
  std::size_t tried_ = 0;      ///< hosts
  std::string failures_ = {};  ///< why they were of no use
  std::uint16_t last_code_ = 0;
  std::unique_ptr<Stream> stream_ = {};
  std::optional<Handshake> handshake_ = {};  ///< while it goes on
  std::optional<amqp::FrameReader> reader_ = {};
  std::optional<Inbox> inbox_ = {};
  Duration heartbeat_ = {};
  TimePoint heard_ = {};
  std::uint64_t written_before_ = 0;
  bool opened_ = false;
  bool goodbye_ = false;    ///< connection.close was said, in answer to ours of the channel
  bool ended_ = false;      ///< the last event was told
  bool lingering_ = false;  ///< and the broker has yet to answer
};

}  // namespace castaway::rabbit
