#pragma once
// Link: one connection to a NATS server, and the task on which all of it happens.
//
// What callers ask for and what the server sends are acts in one mailbox, done one after the other.
// So nobody waits for the network but this task, and events come one at a time by themselves.
//
// An echo tells how far the server is: an empty message to ourselves. The server
// takes a connection's lines in turn, so when the echo is back it has processed what was before.

#include <atomic>
#include <cstdint>
#include <deque>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <vector>

#include <nats/nats.h>

#include "castaway/guarded.h"
#include "castaway/mailbox.h"
#include "castaway/nats_transport.h"

#include "listening.h"
#include "subjects.h"

namespace castaway::nats {

/// Deletes with one of libnats's functions.
template <auto destroy>
struct With {
  void operator()(auto* object) const { destroy(object); }
};

using Received = std::unique_ptr<natsMsg, With<natsMsg_Destroy>>;

class Link final {
 public:
  Link(Runtime& runtime, const NatsSettings& settings, std::string name, ConnectionEvents& events);

  /// The body of its task. Waits: until the link was abandoned and libnats is through with it.
  void run();
  /// Nothing can wait for it any more.
  [[nodiscard]] bool finished() const { return finished_; }

  /// No event comes any more, and what was not done by now is not done.
  /// Waits: for an event that another thread is handling.
  void abandon();

  using Act = std::function<void(Link&)>;
  /// Does `act` later, and says when the server has processed it; does `last` just before that.
  RequestNumber request(
      Act act, Act last = [](Link&) {});
  RequestNumber cancel(const std::string& consumer_tag);
  RequestNumber delete_queue(const std::string& queue);
  std::uint64_t publish(Publication publication);
  void close();
  [[nodiscard]] std::uint64_t sent_through() const { return sent_through_; }

  // For acts alone.
  [[nodiscard]] Subjects& subjects() { return subjects_; }
  void consume(const std::string& queue, const std::string& consumer_tag);
  void confirm_select() { confirming_ = true; }

 private:
  using Options = std::unique_ptr<natsOptions, With<natsOptions_Destroy>>;
  using Socket = std::unique_ptr<natsConnection, With<natsConnection_Destroy>>;
  using Subscription = std::unique_ptr<natsSubscription, With<natsSubscription_Destroy>>;
  using OnMessage = std::function<void(natsMsg&)>;  ///< on a thread of libnats
  struct Consumer {
    std::uint64_t number = 0;  ///< no other of this link has it
    std::string tag = {};
    std::string queue = {};
    std::vector<Subscription> subscriptions = {};
  };
  struct Counts {
    std::uint64_t requests = 0;
    std::uint64_t publications = 0;
  };
  /// What is done when an echo is back, and whether nobody had subscribed to what was before it.
  using Echoed = std::function<void(bool no_responders)>;

  // What libnats is asked for, and calls back: link_connect.cc.
  [[nodiscard]] Options options();
  void connect();
  [[nodiscard]] Subscription subscribe(const std::string& subject, const std::string& group,
                                       OnMessage on_message);
  void callback_over();

  std::uint64_t post(std::uint64_t Counts::*counter, std::function<void(std::uint64_t)> act);
  RequestNumber end_consumers(const std::function<bool(const Consumer&)>& is_meant, const Act& act);
  void send(std::uint64_t tag, const Publication& publication);
  void when_processed(Echoed echoed);
  void take_echo(bool no_responders);
  void deliver(const std::string& consumer_tag, Delivery delivery);
  void end(Closed closed);
  void end_unless_ok(natsStatus status);
  void release();

  Runtime& runtime_;
  const NatsSettings& settings_;
  const std::string name_;
  Listening listening_;
  Mailbox<std::function<void()>> acts_;
  Guarded<Counts> counts_;
  std::atomic<std::uint64_t> sent_through_{0};
  std::atomic<bool> finished_{false};
  /// Callbacks of libnats that may still come: one for each subscription, one for the connection.
  Guarded<int> callbacks_;
  std::unique_ptr<Signal> quiet_;

  // Of the task alone.
  Socket socket_;  ///< null before it opened and once closed
  Subjects subjects_;
  std::list<OnMessage> handlers_;  ///< libnats calls them: they stay where they are
  std::list<Consumer> consumers_;
  std::string inbox_;  ///< the subject of echoes
  Subscription echoes_;
  std::deque<Echoed> expected_;
  bool no_responders_ = false;
  bool confirming_ = false;
  std::uint64_t deliveries_ = 0;
  std::uint64_t last_consumer_ = 0;
};

}  // namespace castaway::nats
