#include <array>
#include <future>
#include <stdexcept>
#include <thread>
#include <utility>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "castaway/amqp/codec.h"
#include "castaway/amqp/frame.h"
#include "castaway/testing/transport_peer.h"
#include "castaway/thread_runtime.h"

#include "fake_broker_fixture.h"
#include "handshake.h"

namespace castaway::rabbit {

struct FakeBroker::Thread {
  int listener = -1;
  std::thread thread;
};

FakeBroker::FakeBroker(std::function<void(Peer&)> script) : thread_(std::make_unique<Thread>()) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address = {};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener, generic, size) != 0 || listen(listener, 8) != 0 ||
      getsockname(listener, generic, &size) != 0)
    throw std::runtime_error("no port for a fake broker");
  port_ = ntohs(address.sin_port);
  thread_->listener = listener;
  thread_->thread = std::thread([listener, script = std::move(script)] {
    const int accepted = accept(listener, nullptr, nullptr);
    if (accepted < 0) return;
    Peer peer(accepted);
    script(peer);
    close(accepted);
  });
}

FakeBroker::~FakeBroker() {
  shutdown(thread_->listener, SHUT_RDWR);
  thread_->thread.join();
  close(thread_->listener);
}

void FakeBroker::Peer::say(const std::string& bytes) const {
  // Who has hung up hears nothing more.
  static_cast<void>(send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL));
}

void FakeBroker::Peer::say(const amqp::Method& method) const {
  std::string bytes;
  amqp::append_method(bytes, channel_of(method), method);
  say(bytes);
}

bool FakeBroker::Peer::hear() const {
  std::array<char, 65536> buffer = {};
  return recv(socket_, buffer.data(), buffer.size(), 0) > 0;
}

void FakeBroker::Peer::hear_out() const {
  while (hear()) {
  }
}

void FakeBroker::Peer::welcome() const {
  const std::vector<amqp::Method> words = {
      amqp::ConnectionStart{.mechanisms = "AMQPLAIN PLAIN"},
      amqp::ConnectionTune{.channel_max = 1, .frame_max = 4096}, amqp::ConnectionOpenOk{},
      amqp::ChannelOpenOk{}};
  for (const amqp::Method& word : words) {
    static_cast<void>(hear());
    say(word);
  }
}

namespace {

using Peer = FakeBroker::Peer;

/// Why a connection to that broker closes.
std::string why_closed(const std::function<void(Peer&)>& script, RabbitSettings settings = {}) {
  ThreadRuntime runtime;
  const FakeBroker broker(script);
  settings.hosts = {broker.host()};
  RabbitTransport transport(runtime, settings);
  testing::TransportPeer peer(runtime, transport);
  peer.await("closed 0");
  const std::string text = peer.why_closed().text;
  const std::string where = "127.0.0.1:" + std::to_string(broker.host().port) + ": ";
  EXPECT_TRUE(text.starts_with(where)) << text;
  return text.substr(std::min(where.size(), text.size()));
}

TEST(DishonestBroker, WhoIsNoneIsFoundOut) {
  EXPECT_EQ(why_closed([](Peer& peer) {
              peer.say("HTTP/1.1 400 Bad Request\r\n\r\n");
              peer.hear_out();
            }),
            "what the broker sent is not understood: no AMQP frame begins with byte 72");
  EXPECT_EQ(
      why_closed([](Peer& peer) {
        peer.say(std::string("AMQP\1\1\0\x9", 8));
        peer.hear_out();
      }),
      "what the broker sent is not understood: the peer speaks another protocol: AMQP 1-1-0-9");
  EXPECT_EQ(why_closed([](Peer& peer) { static_cast<void>(peer.hear()); }),
            "the connection was closed by the peer");
}

TEST(DishonestBroker, WhoSaysNothingIsGivenUp) {
  EXPECT_EQ(why_closed([](Peer& peer) { peer.hear_out(); }, {.connect_timeout = 100ms}),
            "no answer within 100ms");
}

TEST(DishonestBroker, WhoOffersNoLoginOfOursIsLeft) {
  EXPECT_EQ(why_closed([](Peer& peer) {
              peer.say(amqp::ConnectionStart{.mechanisms = "EXTERNAL PLAINER"});
              peer.hear_out();
            }),
            "the broker does not offer the login method AMQPLAIN, but: EXTERNAL PLAINER");
}

TEST(DishonestBroker, FramesLongerThanAgreedAreRefused) {
  EXPECT_EQ(why_closed([](Peer& peer) {
              peer.welcome();
              peer.say(std::string("\3\0\1\0\1\0\0", 7));
              peer.hear_out();
            }),
            "what the broker sent is not understood: a frame of 65544 bytes, and at most 4096 were "
            "agreed on");
}

TEST(DishonestBroker, AnEndlessBodyIsRefusedWhenItIsAnnounced) {
  const auto deliver = [](Peer& peer) {
    peer.welcome();
    std::string bytes;
    amqp::append_method(bytes, our_channel, amqp::BasicDeliver{.delivery_tag = 1});
    const std::size_t header = bytes.size();
    amqp::append_content(bytes, our_channel, {}, 4096);
    bytes[header + 7 + 4 + 6] = '\x10';  // of the body's size
    peer.say(bytes);
    peer.hear_out();
  };
  EXPECT_EQ(why_closed(deliver, {.longest_body = 4095}),
            "what the broker sent is not understood: a body of 4096 bytes, and at most 4095 are "
            "taken");
}

TEST(DishonestBroker, AnswersThatNobodyAskedForAreNone) {
  EXPECT_EQ(why_closed([](Peer& peer) {
              peer.welcome();
              peer.say(amqp::QueueDeclareOk{.queue = "q"});
              peer.hear_out();
            }),
            "what the broker sent is not understood: queue.declare-ok answers nothing that was "
            "asked");
}

constexpr const char* not_understood = "what the broker sent is not understood: ";

std::string frame(amqp::FrameType type, std::uint16_t channel, const std::string& payload) {
  std::string bytes = {static_cast<char>(type),
                       static_cast<char>(channel >> 8),
                       static_cast<char>(channel & 255),
                       0,
                       0,
                       static_cast<char>(payload.size() >> 8),
                       static_cast<char>(payload.size() & 255)};
  return bytes + payload + '\xCE';
}

std::string on_channel(std::uint16_t channel, const amqp::Method& method) {
  std::string bytes;
  amqp::append_method(bytes, channel, method);
  return bytes;
}

TEST(DishonestBroker, MethodsThatNobodyAskedForEndTheConnection) {
  const std::vector<amqp::Method> methods = {
      amqp::ConnectionStart{}, amqp::ConnectionTune{.frame_max = 4096}, amqp::ConnectionOpenOk{},
      amqp::ConnectionCloseOk{}, amqp::ChannelOpenOk{}, amqp::ChannelCloseOk{},
      amqp::QueueDeclareOk{}, amqp::QueueBindOk{}, amqp::QueueDeleteOk{}, amqp::BasicQosOk{},
      amqp::BasicConsumeOk{.consumer_tag = "1"}, amqp::BasicCancelOk{.consumer_tag = "1"},
      amqp::BasicGetEmpty{}, amqp::ConfirmSelectOk{},
      // And those that are a client's.
      amqp::ConnectionOpen{}, amqp::QueueDeclare{}, amqp::BasicPublish{}, amqp::BasicReject{}};
  for (const amqp::Method& method : methods) {
    EXPECT_EQ(
        why_closed([&](Peer& peer) {
          peer.welcome();
          peer.say(method);
          peer.hear_out();
        }),
        std::string(not_understood) + amqp::name_of(method) + " answers nothing that was asked");
  }
}

TEST(DishonestBroker, FramesWhereTheyDoNotBelongEndTheConnection) {
  using amqp::FrameType;
  const std::string header("\0\x3C\0\0\0\0\0\0\0\0\0\2\0\0", 14);
  const std::string deliver = on_channel(1, amqp::BasicDeliver{.delivery_tag = 1});
  const std::vector<std::pair<std::string, std::string>> rows = {
      {on_channel(2, amqp::BasicDeliver{}), "a frame on channel 2, which is not open"},
      {on_channel(65535, amqp::ConnectionClose{}), "a frame on channel 65535, which is not open"},
      {on_channel(0, amqp::BasicDeliver{}), "basic.deliver came on channel 0"},
      {on_channel(0, amqp::BasicAck{.delivery_tag = 1}), "basic.ack came on channel 0"},
      {on_channel(1, amqp::ConnectionClose{}), "connection.close came on channel 1"},
      {frame(FrameType::header, 1, header), "a content header came unannounced"},
      {frame(FrameType::body, 1, "ab"), "a body came without its header"},
      {deliver + frame(FrameType::body, 1, "ab"), "a body came without its header"},
      {deliver + frame(FrameType::header, 0, header), "a content header came unannounced"},
      {deliver + frame(FrameType::header, 1, header) + frame(FrameType::header, 1, header),
       "a content header came unannounced"},
      {deliver + frame(FrameType::header, 1, header) + frame(FrameType::body, 1, "abc"),
       "a body longer than its header says"},
      {deliver + deliver, "a method came where a content was to go on"},
      {deliver + frame(FrameType::header, 1, header) + on_channel(1, amqp::BasicAck{}),
       "a method came where a content was to go on"},
      {frame(FrameType::method, 1, std::string("\0\x3C\0\x50\0\0\0\0", 8)),
       "method 60.80 cannot be read"},
  };
  for (const auto& [bytes, why] : rows) {
    EXPECT_EQ(why_closed([&, said = bytes](Peer& peer) {
                peer.welcome();
                peer.say(said);
                peer.hear_out();
              }),
              not_understood + why);
  }
}

TEST(DishonestBroker, AContentDuringTheHandshakeIsRefused) {
  EXPECT_EQ(why_closed([](Peer& peer) {
              std::string bytes = on_channel(1, amqp::BasicDeliver{.delivery_tag = 1});
              amqp::append_content(bytes, our_channel, {}, 4096);
              peer.say(bytes);
              peer.hear_out();
            }),
            std::string(not_understood) + "a content came during the handshake");
}

TEST(DishonestBroker, WhoOpensTheChannelBeforeAnythingWasAgreedOnIsLeft) {
  EXPECT_EQ(why_closed([](Peer& peer) {
              static_cast<void>(peer.hear());
              peer.say(amqp::ChannelOpenOk{});
              peer.hear_out();
            }),
            "channel.open-ok came out of turn during the handshake");
}

/// What is heard by one who selects confirms and publishes twice, and is answered so; and why it
/// closed.
std::pair<std::vector<std::string>, std::string> heard_of_two(
    const std::vector<amqp::Method>& answers) {
  ThreadRuntime runtime;
  std::promise<void> published;
  const FakeBroker broker([&](Peer& peer) {
    peer.welcome();
    published.get_future().wait();
    peer.say(amqp::ConfirmSelectOk{});
    for (const amqp::Method& answer : answers) peer.say(answer);
    peer.say(amqp::ConnectionClose{.reply_code = 320});
    peer.hear_out();
  });
  RabbitTransport transport(runtime, {.hosts = {broker.host()}});
  testing::TransportPeer peer(runtime, transport);
  peer.await("opened");
  peer->confirm_select();
  for (int i = 0; i < 2; ++i) peer->publish({.routing_key = "q"});
  published.set_value();
  peer.await("closed");
  const std::string why = peer.why_closed().text;
  return {peer.heard(), why.substr(std::min(why.find(": ") + 2, why.size()))};
}

TEST(DishonestBroker, AConfirmOfWhatItCannotHaveEndsTheConnection) {
  for (const bool multiple : {false, true}) {
    for (const std::uint64_t tag : {std::uint64_t{0}, std::uint64_t{3}, ~std::uint64_t{0}}) {
      const std::vector<amqp::Method> confirms = {
          amqp::BasicAck{.delivery_tag = tag, .multiple = multiple},
          amqp::BasicNack{.delivery_tag = tag, .multiple = multiple}};
      for (const amqp::Method& confirm : confirms) {
        EXPECT_EQ(heard_of_two({confirm}).second,
                  not_understood +
                      ("a confirm of publication " + std::to_string(tag) + ", and 2 were sent"));
      }
    }
  }
}

TEST(DishonestBroker, AConfirmThatComesAgainIsPassedOnAndTheNextOnesToo) {
  using Ack = amqp::BasicAck;
  EXPECT_EQ(
      heard_of_two({Ack{.delivery_tag = 2}, Ack{.delivery_tag = 2},
                    amqp::BasicNack{.delivery_tag = 2}, Ack{.delivery_tag = 2, .multiple = true}})
          .first,
      (std::vector<std::string>{"opened", "completed 1", "confirmed 2", "confirmed 2", "refused 2",
                                "confirmed 2 and before", "closed 320"}));
}

}  // namespace
}  // namespace castaway::rabbit
