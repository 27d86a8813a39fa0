#include "fake_broker.h"

#include <array>
#include <stdexcept>
#include <thread>
#include <utility>

#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "castaway/amqp/codec.h"
#include "castaway/testing/transport_peer.h"
#include "castaway/thread_runtime.h"

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

}  // namespace
}  // namespace castaway::rabbit
