#pragma once
// FakeNetwork: a ClientEnd that writes down what a session says to it, and through which a test
// says what it likes.
//
//   FakeNetwork network;
//   Session session({}, network.connect(), [] {}, TimePoint());
//   ...
//   network.events().said(1, amqp::QueueDeclareOk());
//   EXPECT_THAT(network.heard(), ElementsAre("1 queue.declare"));

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "castaway/sim/session.h"

namespace castaway::sim {

class FakeNetwork final {
 public:
  [[nodiscard]] Session::Connect connect() {
    return [this](const Login& login, ClientEvents& events) {
      heard_.push_back("connect " + login.connection_name);
      events_ = &events;
      return std::make_unique<End>(*this);
    };
  }
  /// Where the test speaks.
  [[nodiscard]] ClientEvents& events() { return *events_; }
  /// What the session has said since it was last asked.
  [[nodiscard]] std::vector<std::string> heard() { return std::exchange(heard_, {}); }
  [[nodiscard]] const std::vector<amqp::Publication>& published() const { return published_; }

 private:
  class End final : public ClientEnd {
   public:
    explicit End(FakeNetwork& network) : network_(network) {}
    ~End() override { network_.heard_.emplace_back("gone"); }
    End(const End&) = delete;
    End& operator=(const End&) = delete;
    [[nodiscard]] bool usable() const override { return true; }
    void say(ChannelNumber channel, const amqp::Method& method) override {
      network_.heard_.push_back(fmt::format("{} {}", channel, amqp::name_of(method)));
    }
    void publish(ChannelNumber channel, amqp::Publication publication) override {
      network_.heard_.push_back(fmt::format("{} publish {} bytes to {}", channel,
                                            publication.message.body.size(),
                                            publication.routing_key));
      network_.published_.push_back(std::move(publication));
    }
    void hang_up(const std::string& why) override { network_.heard_.push_back("hang up: " + why); }

   private:
    FakeNetwork& network_;
  };

  ClientEvents* events_ = nullptr;
  std::vector<std::string> heard_ = {};
  std::vector<amqp::Publication> published_ = {};
};

/// What a client says to log in.
inline std::string login_bytes(const amqp::ConnectionTuneOk& tune,
                               const amqp::FieldTable& capabilities = {
                                   {"authentication_failure_close", true},
                                   {"connection.blocked", true},
                                   {"consumer_cancel_notify", true}}) {
  std::string bytes(amqp::protocol_header);
  amqp::append_method(bytes, 0,
                      amqp::ConnectionStartOk{.client_properties = {{"capabilities", capabilities},
                                                                    {"connection_name", "nova"}},
                                              .mechanism = "PLAIN",
                                              .response = std::string("\0guest\0guest", 12)});
  amqp::append_method(bytes, 0, tune);
  amqp::append_method(bytes, 0, amqp::ConnectionOpen());
  return bytes;
}

}  // namespace castaway::sim
