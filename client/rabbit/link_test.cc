// A link's whole life without a socket or a clock: over pipes, by the hand of the test.

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"
#include "castaway/testing/transport_peer.h"

#include "hand_net_fixture.h"
#include "handshake.h"

namespace castaway::rabbit {
namespace {

using ::testing::ElementsAre;
using Heard = std::vector<std::string>;

/// A broker at the end of a pipe: it notes what it hears, and answers that.
class PipeBroker final {
 public:
  explicit PipeBroker(std::shared_ptr<HandNet::Pipe> pipe) : pipe_(std::move(pipe)) {}

  /// Whether there was something to hear.
  bool hear() {
    std::string bytes = std::exchange(pipe_->up, {});
    if (bytes.empty()) return false;
    for (const char byte : bytes) hear(byte);
    return true;
  }
  void say(const amqp::Method& method) {
    amqp::append_method(pipe_->down, channel_of(method), method);
  }
  [[nodiscard]] HandNet::Pipe& pipe() { return *pipe_; }

  Heard heard = {};
  bool answers = true;
  std::uint16_t heartbeat = 0;  ///< seconds, as it wishes

 private:
  void hear(char byte) {
    if (greeting_.size() < amqp::protocol_header.size()) {
      greeting_ += byte;
      if (greeting_ == amqp::protocol_header && answers)
        say(amqp::ConnectionStart{.mechanisms = "AMQPLAIN"});
      return;
    }
    reader_.space()[0] = byte;
    reader_.commit(1);
    while (const auto frame = reader_.next()) take(*frame);
  }
  void take(const amqp::Frame& frame) {
    switch (frame.type) {
      case amqp::FrameType::method:
        return take(amqp::decode_method(frame.payload));
      case amqp::FrameType::header:
        return;
      case amqp::FrameType::body:
        heard.push_back("body " + std::string(frame.payload));
        if (answers) say(amqp::BasicAck{.delivery_tag = ++publications_});
        return;
      case amqp::FrameType::heartbeat:
        heard.emplace_back("heartbeat");
    }
  }
  void take(const amqp::Method& method) {
    heard.emplace_back(amqp::name_of(method));
    if (const auto answer = answer_to(method); answer && answers) say(*answer);
  }
  [[nodiscard]] std::optional<amqp::Method> answer_to(const amqp::Method& method) const {
    if (std::holds_alternative<amqp::ConnectionStartOk>(method))
      return amqp::ConnectionTune{.channel_max = 1, .frame_max = 4096, .heartbeat = heartbeat};
    if (std::holds_alternative<amqp::ConnectionOpen>(method)) return amqp::ConnectionOpenOk{};
    if (std::holds_alternative<amqp::ChannelOpen>(method)) return amqp::ChannelOpenOk{};
    if (std::holds_alternative<amqp::QueueDeclare>(method)) return amqp::QueueDeclareOk{};
    if (std::holds_alternative<amqp::ConfirmSelect>(method)) return amqp::ConfirmSelectOk{};
    if (std::holds_alternative<amqp::ChannelClose>(method)) return amqp::ChannelCloseOk{};
    if (std::holds_alternative<amqp::ConnectionClose>(method)) return amqp::ConnectionCloseOk{};
    return std::nullopt;
  }

  const std::shared_ptr<HandNet::Pipe> pipe_;
  std::string greeting_ = {};
  amqp::FrameReader reader_{longest_frame};
  std::uint64_t publications_ = 0;
};

class LinkOverPipes : public ::testing::Test {
 protected:
  /// Begins to connect.
  testing::TransportPeer& connect() {
    if (!transport_) transport_ = transport_over(net_, runtime_, settings_);
    return *(peer_ = std::make_unique<testing::TransportPeer>(runtime_, *transport_));
  }
  void run() {
    net_.run([this] { return brokers_hear(); });
  }
  void pass(Duration time) {
    net_.pass(time, [this] { return brokers_hear(); });
  }
  /// The broker at the end of the newest pipe.
  PipeBroker& broker() {
    note_pipes();
    return *brokers_.back();
  }

  RabbitSettings settings_ = {.hosts = {{.hostname = "mq-1"}, {.hostname = "mq-2"}}};
  HandRuntime runtime_;
  HandNet net_{runtime_};
  std::uint16_t heartbeat_ = 0;
  std::unique_ptr<Transport> transport_;
  std::unique_ptr<testing::TransportPeer> peer_;

 private:
  void note_pipes() {
    while (brokers_.size() < net_.pipes.size()) {
      brokers_.push_back(std::make_unique<PipeBroker>(net_.pipes[brokers_.size()]));
      brokers_.back()->heartbeat = heartbeat_;
    }
  }
  bool brokers_hear() {
    note_pipes();
    bool heard = false;
    for (const auto& broker : brokers_) heard = broker->hear() || heard;
    return heard;
  }

  std::vector<std::unique_ptr<PipeBroker>> brokers_;
};

const Heard handshake = {"connection.start-ok", "connection.tune-ok", "connection.open",
                         "channel.open"};

Heard after_handshake(const Heard& heard) {
  EXPECT_EQ(Heard(heard.begin(), heard.begin() + 4), handshake);
  return {heard.begin() + 4, heard.end()};
}

TEST_F(LinkOverPipes, SpeaksThroughAPipeOfSevenBytes) {
  net_.width = 7;
  auto& peer = connect();
  peer->declare_queue({.queue = "q"});
  peer->confirm_select();
  peer->publish({.routing_key = "q", .message = {.body = "as soon as it is open"}});
  EXPECT_EQ(peer->sent_through(), 0U);
  run();
  peer->publish({.routing_key = "q", .message = {.body = "at once"}});
  EXPECT_EQ(peer->sent_through(), 2U);
  EXPECT_EQ(net_.pipes[0]->up.size(), 7U);
  run();
  EXPECT_THAT(peer.heard(),
              ElementsAre("opened", "completed 1", "completed 2", "confirmed 1", "confirmed 2"));
  EXPECT_THAT(after_handshake(broker().heard),
              ElementsAre("queue.declare", "confirm.select", "basic.publish",
                          "body as soon as it is open", "basic.publish", "body at once"));
}

TEST_F(LinkOverPipes, SaysGoodbye) {
  auto& peer = connect();
  run();
  peer->close();
  run();
  EXPECT_THAT(peer.heard(), ElementsAre("opened", "closed 200 by us"));
  EXPECT_THAT(after_handshake(broker().heard), ElementsAre("channel.close", "connection.close"));
  EXPECT_TRUE(broker().pipe().closed);
}

TEST_F(LinkOverPipes, TellsOnceThatItEndedInsideAFrame) {
  for (const bool writing : {false, true}) {
    auto& peer = connect();
    run();
    broker().say(amqp::BasicDeliver{.consumer_tag = "1", .delivery_tag = 1});
    broker().pipe().down.pop_back();
    broker().pipe().ended = true;
    if (writing) peer->publish({.routing_key = "q"});
    run();
    pass(1h);
    EXPECT_THAT(peer.heard(), ElementsAre("opened", "closed 0"));
    EXPECT_EQ(peer.why_closed().text,
              writing ? "mq-1:5672: the pipe is broken" : "mq-1:5672: the pipe has ended");
    EXPECT_EQ(peer->sent_through(), 0U);
    EXPECT_TRUE(broker().pipe().closed);
  }
}

TEST_F(LinkOverPipes, TriesHostByHost) {
  net_.refuse = {"mq-1", "mq-2"};
  auto& peer = connect();
  run();
  EXPECT_THAT(peer.heard(), ElementsAre("closed 0"));
  EXPECT_EQ(peer.why_closed().text, "mq-1:5672: refused; mq-2:5672: refused");
}

TEST_F(LinkOverPipes, GoesToTheNextHostFromOneThatIsSilent) {
  net_.silent = {"mq-1"};
  auto& first = connect();
  pass(9999ms);
  EXPECT_THAT(first.heard(), ElementsAre());
  pass(1ms);
  EXPECT_THAT(first.heard(), ElementsAre("opened"));
  EXPECT_EQ(broker().pipe().host, "mq-2");
  auto& next = connect();
  run();
  EXPECT_THAT(next.heard(), ElementsAre("opened"));
  EXPECT_EQ(broker().pipe().host, "mq-2") << "it is where the last one was answered";
}

TEST_F(LinkOverPipes, HearsNothingFromTheHostThatItLeft) {
  auto& peer = connect();
  net_.run([] { return false; });
  broker().answers = false;
  pass(10s);
  ASSERT_EQ(net_.pipes.size(), 2U);
  EXPECT_TRUE(net_.pipes[0]->closed);
  EXPECT_THAT(peer.heard(), ElementsAre("opened"));
  EXPECT_EQ(broker().pipe().host, "mq-2");
}

TEST_F(LinkOverPipes, GivesSignsOfLifeAndWaitsForThem) {
  heartbeat_ = 6;
  auto& peer = connect();
  run();
  pass(6s);
  // After two seconds it had just said something else.
  EXPECT_THAT(after_handshake(broker().heard), ElementsAre("heartbeat", "heartbeat"));
  amqp::append_heartbeat(broker().pipe().down);
  pass(6s);
  EXPECT_THAT(peer.heard(), ElementsAre("opened"));
  pass(2s);
  EXPECT_THAT(peer.heard(), ElementsAre("opened", "closed 0"));
  EXPECT_EQ(peer.why_closed().text, "mq-1:5672: no sign of life for 6s");
}

TEST_F(LinkOverPipes, EndsWithItsLastHandler) {
  auto& peer = connect();
  run();
  EXPECT_EQ(net_.lines, 1);
  peer.destroy();
  EXPECT_EQ(net_.lines, 1);
  EXPECT_FALSE(broker().pipe().closed);
  run();
  EXPECT_EQ(net_.lines, 0);
  EXPECT_TRUE(broker().pipe().closed);
}

TEST_F(LinkOverPipes, MayBeDestroyedByTheEventThatItTells) {
  auto& peer = connect();
  run();
  peer.on_delivery([&] { peer.destroy(); });
  for (int i = 0; i < 2; ++i) {
    broker().say(amqp::BasicDeliver{.consumer_tag = "1", .delivery_tag = 1});
    amqp::append_content(broker().pipe().down, our_channel, {.body = "m"}, 4096);
  }
  run();
  EXPECT_THAT(peer.heard(), ElementsAre("opened", "delivered 1 m"));
  EXPECT_EQ(net_.lines, 0);
}

}  // namespace
}  // namespace castaway::rabbit
