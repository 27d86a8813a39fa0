#pragma once
// SessionWorld: a simulated network and broker, and sessions to it whose clients are a test.
//
//   SessionWorld world;
//   SessionClient& client = world.connect("nova");
//   client.log_in();
//   client.say(1, amqp::ChannelOpen());
//   EXPECT_THAT(client.heard(), ElementsAre("1 channel.open-ok"));
//
// Every call runs the world until nothing is left to happen at once.

#include <list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"
#include "castaway/sim/decisions.h"
#include "castaway/sim/fiber_runtime.h"
#include "castaway/sim/network.h"
#include "castaway/sim/recorder.h"
#include "castaway/sim/scheduler.h"
#include "castaway/sim/session.h"
#include "castaway/sim/strategies.h"

#include "frames_of_server_fixture.h"

namespace castaway::sim {

class SessionWorld;

/// The client's side of a session.
class SessionClient {
 public:
  SessionClient(SessionWorld& world, const SessionSettings& settings, std::string process);

  void send(std::string_view bytes) { static_cast<void>(offer(bytes)); }
  /// The same; how many bytes the session took.
  std::size_t offer(std::string_view bytes);
  void say(ChannelNumber channel, const amqp::Method& method) {
    std::string bytes;
    amqp::append_method(bytes, channel, method);
    send(bytes);
  }
  void publish(ChannelNumber channel, const amqp::BasicPublish& method,
               const amqp::Message& content, std::uint32_t frame_max = 131072) {
    std::string bytes;
    amqp::append_method(bytes, channel, method);
    amqp::append_content(bytes, channel, content, frame_max);
    send(bytes);
  }
  /// Everything up to connection.open-ok, which is not heard.
  void log_in(const amqp::ConnectionTuneOk& tune = {2047, 131072, 0},
              const amqp::FieldTable& capabilities = all_capabilities());
  static amqp::FieldTable all_capabilities() {
    return {{"authentication_failure_close", true},
            {"connection.blocked", true},
            {"consumer_cancel_notify", true}};
  }

  /// The broker closes the connection, as an operator asks it to.
  void force_close(const amqp::ConnectionClose& why) { events_->said(0, why); }

  /// All that the server has sent since it was last asked, frame by frame.
  std::vector<std::string> heard() { return lines_of_server(bytes()); }
  std::string bytes();
  [[nodiscard]] Session& session() { return session_; }
  /// How often the session has said that there is something to do.
  [[nodiscard]] int calls() const { return calls_; }
  /// What the client calls its connection.
  [[nodiscard]] const std::string& name() const { return name_; }

 private:
  friend class SessionWorld;
  SessionWorld& world_;
  const std::string process_;
  ClientEvents* events_ = nullptr;  ///< once it is logged in
  std::string name_ = {};           ///< of the connection
  int calls_ = 0;
  Session session_;
};

class SessionWorld {
 public:
  explicit SessionWorld(SessionSettings settings = {}, Duration latency = {})
      : settings_(std::move(settings)),
        network_({.latency = {.a = latency}}, scheduler_, decisions_, runtime_, recorder_) {}
  ~SessionWorld() {
    recorder_.stop();
    network_.stop();
  }

  SessionClient& connect(const std::string& process) {
    return clients_.emplace_back(*this, settings_, process);
  }
  /// Until nothing is left but timers of the broker and of sessions.
  void run() {
    while (!network_.idle()) scheduler_.step();
  }
  /// Lets time pass, and sessions act on it.
  void pass(Duration length) {
    const TimePoint end = now() + length;
    for (;;) {
      TimePoint next = end;
      for (const SessionClient& client : clients_) next = std::min(next, client.session_.next());
      run_until(std::max(next, now()));
      bool acted = false;
      for (SessionClient& client : clients_) {
        if (client.session_.next() > now()) continue;
        client.session_.advance(now());
        acted = true;
      }
      if (!acted && now() >= end) return;
    }
  }
  [[nodiscard]] TimePoint now() const { return scheduler_.now(); }
  [[nodiscard]] Network& network() { return network_; }
  [[nodiscard]] Broker& broker() { return network_.broker(); }

 private:
  friend class SessionClient;
  void run_until(TimePoint when) {
    bool there = false;
    scheduler_.at(when, EventClass::deadline, 0, [&there] { there = true; });
    while (!there) scheduler_.step();
  }

  const SessionSettings settings_;
  Scheduler scheduler_ = {};
  Random strategy_{7};
  Decisions decisions_{strategy_};
  FiberRuntime runtime_{scheduler_, decisions_};
  Recorder recorder_{runtime_};
  Network network_;
  std::list<SessionClient> clients_ = {};
};

inline SessionClient::SessionClient(SessionWorld& world, const SessionSettings& settings,
                                    std::string process)
    : world_(world),
      process_(std::move(process)),
      session_(
          settings,
          [this](const Login& login, ClientEvents& events) {
            events_ = &events;
            name_ = login.connection_name;
            return world_.network_.connect({.id = world_.runtime_.make_process(process_),
                                            .process = process_,
                                            .name = name_,
                                            .user = login.user,
                                            .virtual_host = login.virtual_host},
                                           events);
          },
          [this] { ++calls_; }, world.now()) {}

inline std::size_t SessionClient::offer(std::string_view bytes) {
  const std::size_t taken = session_.receive(bytes, world_.now());
  world_.run();
  return taken;
}

inline std::string SessionClient::bytes() {
  world_.run();
  return session_.take_output();
}

inline void SessionClient::log_in(const amqp::ConnectionTuneOk& tune,
                                  const amqp::FieldTable& capabilities) {
  send(amqp::protocol_header);
  say(0, amqp::ConnectionStartOk{
             .client_properties = {{"capabilities", capabilities}, {"connection_name", process_}},
             .mechanism = "PLAIN",
             .response = std::string("\0guest\0guest", 12)});
  say(0, tune);
  say(0, amqp::ConnectionOpen());
  static_cast<void>(bytes());
}

}  // namespace castaway::sim
