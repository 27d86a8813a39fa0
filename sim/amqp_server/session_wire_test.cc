// A session between bytes and a network that the test plays: how the one becomes the other, however
// the bytes are cut.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"

#include "fake_client_end_fixture.h"
#include "frames_of_server_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

constexpr amqp::ConnectionTuneOk usual{2047, 131072, 0};

struct Wire {
  explicit Wire(const amqp::ConnectionTuneOk& tune = usual, const SessionSettings& settings = {},
                const std::string& login = {})
      : session(
            settings, network.connect(), [this] { ++notices; }, TimePoint()) {
    session.receive(login.empty() ? login_bytes(tune) : login, TimePoint());
    network.events().opened();
    static_cast<void>(session.take_output());
    static_cast<void>(network.heard());
  }
  void say(ChannelNumber channel, const amqp::Method& method) {
    std::string bytes;
    amqp::append_method(bytes, channel, method);
    session.receive(bytes, TimePoint());
  }
  void publish(const amqp::Message& message, std::uint32_t frame_max = 131072) {
    std::string bytes;
    amqp::append_method(bytes, 1, amqp::BasicPublish{.routing_key = "q"});
    amqp::append_content(bytes, 1, message, frame_max);
    session.receive(bytes, TimePoint());
  }
  std::vector<std::string> heard() { return lines_of_server(session.take_output()); }

  int notices = 0;
  FakeNetwork network;
  Session session;
};

BrokerDelivery delivery(const std::string& body) {
  return {.method = {.consumer_tag = "t", .delivery_tag = 1, .routing_key = "q"},
          .content = std::make_shared<const amqp::Message>(amqp::Message{.body = body})};
}

TEST(SessionWire, ConnectsOnceTheClientHasLoggedIn) {
  FakeNetwork network;
  Session session(
      {}, network.connect(), [] {}, TimePoint());
  session.receive(login_bytes(usual), TimePoint());
  EXPECT_THAT(network.heard(), ElementsAre("connect nova"));
  EXPECT_THAT(lines_of_server(session.take_output()),
              ElementsAre("0 connection.start", "0 connection.tune 2047 131072 60"));
  network.events().opened();
  EXPECT_THAT(lines_of_server(session.take_output()), ElementsAre("0 connection.open-ok"));
}

TEST(SessionWire, PassesOnWhatComesBeforeTheConnectionIsOpen) {
  FakeNetwork network;
  Session session(
      {}, network.connect(), [] {}, TimePoint());
  std::string bytes = login_bytes(usual);
  amqp::append_method(bytes, 1, amqp::ChannelOpen());
  session.receive(bytes, TimePoint());
  EXPECT_THAT(network.heard(), ElementsAre("connect nova", "1 channel.open"));
}

TEST(SessionWire, IsTheSameHoweverTheBytesAreCut) {
  std::string bytes = login_bytes({2047, 4096, 0});
  amqp::append_method(bytes, 1, amqp::ChannelOpen());
  amqp::append_method(bytes, 1, amqp::BasicPublish{.routing_key = "q", .mandatory = true});
  amqp::append_content(bytes, 1,
                       {.properties = {.content_type = "text/plain"}, .body = "hello world"}, 4096);
  amqp::append_heartbeat(bytes);
  amqp::append_method(bytes, 1, amqp::ChannelFlow());
  amqp::append_method(bytes, 2, amqp::QueueDeclare{.queue = "no channel"});
  const auto talk = [&](std::size_t first, std::size_t step) {
    FakeNetwork network;
    std::string said;
    {
      Session session(
          {}, network.connect(), [] {}, TimePoint());
      session.receive(std::string_view(bytes).substr(0, first), TimePoint());
      for (std::size_t at = first; at < bytes.size(); at += step)
        session.receive(std::string_view(bytes).substr(at, step), TimePoint());
      said = session.take_output();
    }
    return std::pair(said, network.heard());
  };
  const auto whole = talk(bytes.size(), 1);
  EXPECT_THAT(
      lines_of_server(whole.first),
      ElementsAre("0 connection.start", "0 connection.tune 2047 131072 60", "1 channel.flow-ok",
                  "0 connection.close 504 CHANNEL_ERROR - expected 'channel.open' (50.10)"));
  EXPECT_THAT(whole.second,
              ElementsAre("connect nova", "1 channel.open", "1 publish 11 bytes to q",
                          "hang up: CHANNEL_ERROR - expected 'channel.open'", "gone"));
  for (std::size_t at = 0; at < bytes.size(); ++at) EXPECT_EQ(talk(at, bytes.size()), whole) << at;
  EXPECT_EQ(talk(0, 1), whole);
  EXPECT_EQ(talk(0, 7), whole);
}

TEST(SessionWire, CutsContentsAtTheFrameMaxThatWasAgreedOn) {
  Wire wire({2047, 4096, 0});
  wire.say(1, amqp::ChannelOpen());
  wire.network.events().delivered(1, delivery(std::string(10000, 'x')));
  EXPECT_THAT(wire.heard(),
              ElementsAre("1 basic.deliver t 1  q", "1 header 10000", "1 body of 4088 bytes",
                          "1 body of 4088 bytes", "1 body of 1824 bytes"));
}

TEST(SessionWire, PutsABodyTogetherFromItsFrames) {
  Wire wire({2047, 4096, 0});
  wire.say(1, amqp::ChannelOpen());
  const amqp::Message message{.properties = {.headers = amqp::FieldTable{{"n", 1}}},
                              .body = std::string(10000, 'x')};
  wire.publish(message, 4096);
  ASSERT_EQ(wire.network.published().size(), 1U);
  EXPECT_EQ(wire.network.published()[0].message, message);
}

TEST(SessionWire, TellsOfReturnedMessages) {
  Wire wire;
  wire.say(1, amqp::ChannelOpen());
  wire.network.events().returned(
      1, {.method = {312, "NO_ROUTE", "e", "k"},
          .content = std::make_shared<const amqp::Message>(amqp::Message{.body = "hello"})});
  EXPECT_THAT(wire.heard(),
              ElementsAre("1 basic.return 312 NO_ROUTE e k", "1 header 5", "1 body hello"));
}

TEST(SessionWire, TellsClientsOnlyWhatTheyCanHear) {
  Wire knows;
  Wire knows_not(usual, {}, login_bytes(usual, amqp::FieldTable()));
  for (Wire* wire : {&knows, &knows_not}) {
    wire->say(1, amqp::ChannelOpen());
    wire->network.events().said(0, amqp::ConnectionBlocked{"low on memory"});
    wire->network.events().said(0, amqp::ConnectionUnblocked());
    wire->network.events().said(1, amqp::BasicCancel{.consumer_tag = "t"});
  }
  EXPECT_THAT(knows.heard(), ElementsAre("0 connection.blocked low on memory",
                                         "0 connection.unblocked", "1 basic.cancel t no-wait"));
  EXPECT_THAT(knows_not.heard(), IsEmpty());
}

TEST(SessionWire, IsOverAtOnceWhenTheNetworkLosesTheLink) {
  Wire wire;
  wire.network.events().lost("cut");
  EXPECT_TRUE(wire.session.over());
  EXPECT_EQ(wire.session.next(), never);
  EXPECT_THAT(wire.heard(), IsEmpty());
  wire.say(1, amqp::ChannelOpen());
  EXPECT_THAT(wire.network.heard(), IsEmpty());
}

TEST(SessionWire, IsOverWhenItsConnectionIsRefused) {
  FakeNetwork network;
  Session session(
      {}, network.connect(), [] {}, TimePoint());
  session.receive(login_bytes(usual), TimePoint());
  network.events().lost("connection refused");
  EXPECT_TRUE(session.over());
}

TEST(SessionWire, NoticesThatThereIsSomethingToSend) {
  Wire wire;
  wire.notices = 0;
  wire.network.events().said(1, amqp::ChannelOpenOk());
  EXPECT_EQ(wire.notices, 0);  // nobody has opened it
  wire.say(1, amqp::ChannelOpen());
  wire.network.events().said(1, amqp::ChannelOpenOk());
  EXPECT_EQ(wire.notices, 1);
  wire.session.ended();
  EXPECT_EQ(wire.notices, 2);
}

TEST(SessionWire, ClosesAChannelForALongMessageBehindTheBrokersBack) {
  Wire wire(usual, {.max_message_size = 4});
  wire.say(1, amqp::ChannelOpen());
  wire.publish({.body = "hello"});
  EXPECT_THAT(wire.network.heard(), ElementsAre("1 channel.open", "1 channel.close"));
  EXPECT_THAT(wire.heard(),
              ElementsAre("1 channel.close 406 PRECONDITION_FAILED - message size 5 is larger than "
                          "configured max size 4 (60.40)"));
  // What is still on its way is not heard on either side.
  wire.network.events().delivered(1, delivery("late"));
  wire.say(1, amqp::QueueDeclare());
  wire.say(1, amqp::ChannelCloseOk());
  wire.say(1, amqp::ChannelOpen());
  wire.network.events().said(1, amqp::ChannelCloseOk());
  wire.network.events().said(1, amqp::ChannelOpenOk());
  EXPECT_THAT(wire.network.heard(), ElementsAre("1 channel.open"));
  EXPECT_THAT(wire.heard(), ElementsAre("1 channel.open-ok"));
}

TEST(SessionWire, SaysGoodbyeInTheNameOfTheBroker) {
  Wire wire;
  wire.network.events().said(0, amqp::ConnectionClose{320, "CONNECTION_FORCED - bye"});
  EXPECT_THAT(wire.heard(), ElementsAre("0 connection.close 320 CONNECTION_FORCED - bye (0.0)"));
  wire.say(1, amqp::ChannelOpen());
  EXPECT_FALSE(wire.session.over());
  wire.say(0, amqp::ConnectionCloseOk());
  EXPECT_TRUE(wire.session.over());
  EXPECT_THAT(wire.network.heard(), IsEmpty());
}

TEST(SessionWire, HandsTransactionsAndBindingsOfExchangesOn) {
  Wire wire;
  wire.say(1, amqp::ChannelOpen());
  static_cast<void>(wire.network.heard());
  wire.say(1, amqp::TxSelect());
  wire.say(1, amqp::ExchangeBind{"b", "a"});
  EXPECT_THAT(wire.network.heard(), ElementsAre("1 tx.select", "1 exchange.bind"));
}

TEST(SessionWire, OffersNoOlderProtocol) {
  FakeNetwork network;
  Session session(
      {}, network.connect(), [] {}, TimePoint());
  session.receive({"AMQP\1\1\x08\0", 8}, TimePoint());
  EXPECT_EQ(session.take_output(), amqp::protocol_header);
  EXPECT_TRUE(session.over());
}

}  // namespace
}  // namespace castaway::sim
