// What can go wrong between us and a real RabbitMQ, and what is said then.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/rabbit_transport.h"
#include "castaway/testing/transport_peer.h"
#include "castaway/thread_runtime.h"

#include "servers/rabbitmq_node.h"
#include "servers/tcp_proxy.h"

namespace castaway::rabbit {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using testing::TransportPeer;

RabbitHost the_host() { return RabbitMQNode::shared().host(); }

/// A host where nobody listens.
RabbitHost nobody() { return {.hostname = "127.0.0.1", .port = 1}; }

RabbitHost tls_host(const std::string& hostname = "localhost") {
  return {.hostname = hostname, .port = RabbitMQNode::shared().tls_port()};
}

TlsSettings trusting(const std::string& authority = "ca.pem") {
  return {.ca_file = RabbitMQNode::shared().certificates() / authority};
}

class RabbitFailures : public ::testing::Test {
 protected:
  /// Connects, and waits for what is heard first.
  Closed closes(RabbitSettings settings) {
    RabbitTransport transport(runtime_, std::move(settings));
    TransportPeer peer(runtime_, transport);
    peer.await("closed");
    EXPECT_EQ(peer.count("opened"), 0U);
    return peer.why_closed();
  }
  void opens(RabbitSettings settings) {
    RabbitTransport transport(runtime_, std::move(settings));
    TransportPeer peer(runtime_, transport);
    peer.await("opened");
    peer.await_completed(peer.with([](Connection& c) { return c.confirm_select(); }));
  }

  ThreadRuntime runtime_;
};

TEST_F(RabbitFailures, AWrongPasswordIsSaidToBeWrongAndNotShown) {
  for (const LoginMethod method : {LoginMethod::amqplain, LoginMethod::plain}) {
    RabbitHost host = the_host();
    host.password = "secret-word";
    const Closed closed = closes({.hosts = {host}, .rabbit_login_method = method});
    EXPECT_EQ(closed.code, 403);
    EXPECT_THAT(closed.text, AllOf(HasSubstr("localhost:"), HasSubstr("ACCESS_REFUSED"),
                                   Not(HasSubstr("secret-word"))));
  }
}

TEST_F(RabbitFailures, AVirtualHostThatIsNotThereIsNamed) {
  const Closed closed = closes({.hosts = {the_host()}, .virtual_host = "nowhere"});
  EXPECT_EQ(closed.code, 530);
  EXPECT_THAT(closed.text, HasSubstr("nowhere"));
}

TEST_F(RabbitFailures, LogsInByEachMethod) {
  opens({.hosts = {the_host()}, .rabbit_login_method = LoginMethod::plain});
  TlsSettings tls = trusting();
  tls.cert_file = RabbitMQNode::shared().certificates() / "client.pem";
  tls.key_file = RabbitMQNode::shared().certificates() / "client.key";
  RabbitHost host = tls_host();
  host.username = host.password = "not used";
  opens({.hosts = {host}, .rabbit_login_method = LoginMethod::external, .ssl = tls});
}

TEST_F(RabbitFailures, EveryHostThatFailedIsNamed) {
  const Closed closed = closes({.hosts = {nobody(), {.hostname = "::1", .port = 2}}});
  EXPECT_EQ(closed.code, 0);
  EXPECT_THAT(closed.text, AllOf(HasSubstr("127.0.0.1:1: Connection refused"),
                                 HasSubstr("[::1]:2: "), HasSubstr("; ")));
}

TEST_F(RabbitFailures, AHostThatAnswersIsFoundAmongThoseThatDoNot) {
  for (int i = 0; i < 4; ++i) opens({.hosts = {nobody(), the_host(), nobody()}});
}

TEST_F(RabbitFailures, TheNextConnectionBeginsWhereTheLastOneCameThrough) {
  TcpProxy dead(1), alive(the_host().port);
  RabbitTransport transport(runtime_, {.hosts = {{.hostname = "127.0.0.1", .port = dead.port()},
                                                 {.hostname = "127.0.0.1", .port = alive.port()}}});
  for (int i = 0; i < 5; ++i) {
    TransportPeer peer(runtime_, transport);
    peer.await("opened");
  }
  EXPECT_LE(dead.accepted(), 1);
  EXPECT_EQ(alive.accepted(), 5);
}

TEST_F(RabbitFailures, ACertificateFromAStrangerIsRefused) {
  const Closed closed = closes({.hosts = {tls_host()}, .ssl = trusting("stranger-ca.pem")});
  EXPECT_THAT(closed.text, HasSubstr("its certificate is not trusted: "));
  TlsSettings careless = trusting("stranger-ca.pem");
  careless.verify = false;
  opens({.hosts = {tls_host()}, .ssl = careless});
}

TEST_F(RabbitFailures, ACertificateForAnotherHostIsRefused) {
  opens({.hosts = {tls_host("127.0.0.1")}, .ssl = trusting()});
  const Closed closed = closes({.hosts = {tls_host("127.1")}, .ssl = trusting()});
  EXPECT_THAT(closed.text, HasSubstr("its certificate is not trusted: hostname mismatch"));
}

TEST_F(RabbitFailures, APeerWithoutTlsIsSaidToHaveNone) {
  const Closed closed = closes({.hosts = {the_host()}, .ssl = trusting()});
  EXPECT_THAT(closed.text, HasSubstr("TLS: "));
}

TEST_F(RabbitFailures, FilesThatAreNotThereAreNamed) {
  TlsSettings tls = trusting();
  tls.cert_file = "/nothing.pem";
  try {
    const RabbitTransport transport(runtime_, {.ssl = tls});
    ADD_FAILURE() << "it was made";
  } catch (const std::runtime_error& error) {
    EXPECT_THAT(error.what(), HasSubstr("cert_file /nothing.pem cannot be used"));
  }
  EXPECT_THROW(RabbitTransport(runtime_, {.hosts = {}}), std::invalid_argument);
  EXPECT_THROW(RabbitTransport(runtime_, {.heartbeat_timeout_threshold = -1s}),
               std::invalid_argument);
  EXPECT_THROW(RabbitTransport(runtime_, {.connect_timeout = 0s}), std::invalid_argument);
}

TEST_F(RabbitFailures, HeartbeatsKeepAnIdleConnectionAndNoticeASilentPeer) {
  TcpProxy proxy(the_host().port);
  RabbitTransport transport(runtime_, {.hosts = {{.hostname = "127.0.0.1", .port = proxy.port()}},
                                       .heartbeat_timeout_threshold = 3s});
  TransportPeer peer(runtime_, transport);
  peer.await("opened");
  runtime_.sleep_until(runtime_.now() + 7500ms);
  EXPECT_EQ(peer.count("closed"), 0U);
  const TimePoint silent = runtime_.now();
  proxy.silence(true);
  peer.await("closed 0");
  EXPECT_GE(runtime_.now() - silent, 1s);
  EXPECT_LE(runtime_.now() - silent, 12s);
  EXPECT_THAT(peer.why_closed().text, HasSubstr("no sign of life for 3s"));
}

TEST_F(RabbitFailures, WhatTheBrokerSaysAtTheEndIsTheReason) {
  RabbitTransport transport(runtime_, {.hosts = {the_host()}});
  TransportPeer peer(runtime_, transport);
  peer.await("opened");
  RabbitMQNode::shared().ctl({"close_all_connections", "that is enough"});
  peer.await("closed 320");
  EXPECT_THAT(peer.why_closed().text, HasSubstr("that is enough"));
}

TEST_F(RabbitFailures, APublicationCountsAsSentFromItsFirstByte) {
  TcpProxy proxy(the_host().port);
  RabbitTransport transport(runtime_, {.hosts = {{.hostname = "127.0.0.1", .port = proxy.port()}}});
  TransportPeer peer(runtime_, transport);
  peer.await("opened");
  proxy.silence(true);
  const std::string large(std::size_t{32} << 20, 'x');
  peer.with([&](Connection& c) {
    c.confirm_select();
    for (const std::string& body : {std::string("small"), large, std::string("behind")})
      c.publish({.routing_key = "nobody", .message = {.body = body}});
  });
  runtime_.sleep_until(runtime_.now() + 100ms);
  EXPECT_EQ(peer->sent_through(), 2U);
  proxy.cut();
  peer.await("closed 0");
  EXPECT_EQ(peer->sent_through(), 2U);
  EXPECT_EQ(peer.count("confirmed"), 0U);
}

TEST_F(RabbitFailures, PublicationsOnALinkThatNeverOpenedWereNotSent) {
  RabbitTransport transport(runtime_, {.hosts = {nobody()}});
  TransportPeer peer(runtime_, transport);
  peer.with([](Connection& c) { return c.publish({.routing_key = "q"}); });
  peer.await("closed 0");
  EXPECT_EQ(peer->sent_through(), 0U);
}

TEST_F(RabbitFailures, WhatIsHandedOverBeforeItOpenedIsDoneThen) {
  RabbitTransport transport(runtime_, {.hosts = {the_host()}});
  TransportPeer peer(runtime_, transport);
  peer.with([](Connection& c) {
    c.publish({.routing_key = "nobody", .message = {.body = std::string(10'000, 'x')}});
    c.confirm_select();
    c.publish({.routing_key = "nobody"});
  });
  // The first of them can have no confirm.
  peer.await("confirmed 2");
  EXPECT_THAT(peer.heard(), ::testing::ElementsAre("opened", "completed 1", "confirmed 2"));
}

TEST_F(RabbitFailures, ABlockedConnectionHoldsItsPublicationsBack) {
  RabbitTransport transport(runtime_, {.hosts = {the_host()}, .heartbeat_timeout_threshold = 1s});
  TransportPeer peer(runtime_, transport);
  peer.await("opened");
  peer.with([](Connection& c) {
    c.confirm_select();
    c.publish({.routing_key = "nobody"});
  });
  peer.await("confirmed 1");
  const auto shortage = runtime_.spawn("shortage", [] {
    RabbitMQNode::shared().ctl({"eval",
                                "vm_memory_monitor:set_vm_memory_high_watermark(0), "
                                "timer:sleep(4000), "
                                "vm_memory_monitor:set_vm_memory_high_watermark(0.4)."});
  });
  // RabbitMQ says so to who publishes then, and has read that.
  std::uint64_t last = 1;
  for (const TimePoint end = runtime_.now() + 20s;
       runtime_.now() < end && !peer.count("blocked");) {
    last = peer.with([](Connection& c) { return c.publish({.routing_key = "nobody"}); });
    runtime_.sleep_until(runtime_.now() + 20ms);
  }
  peer.await("blocked");
  peer.with([](Connection& c) { return c.publish({.routing_key = "nobody"}); });
  runtime_.sleep_until(runtime_.now() + 2500ms);  // heartbeats go on
  EXPECT_EQ(peer.count("unblocked"), 0U);
  EXPECT_EQ(peer->sent_through(), last);
  EXPECT_EQ(peer.count("closed"), 0U);
  peer.await("unblocked");
  peer.await("confirmed " + std::to_string(last + 1));
  EXPECT_EQ(peer->sent_through(), last + 1);
}

}  // namespace
}  // namespace castaway::rabbit
