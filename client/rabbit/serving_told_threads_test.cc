// What a server's observer hears of its line to a real RabbitMQ: when requests come, and why none
// do.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/guarded.h"
#include "castaway/rabbit_transport.h"
#include "castaway/rpc_server.h"
#include "castaway/testing/transport_peer.h"
#include "castaway/thread_runtime.h"

#include "servers/rabbitmq_node.h"
#include "servers/tcp_proxy.h"

namespace castaway::rabbit {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class Told final : public Observer {
 public:
  explicit Told(ThreadRuntime& runtime)
      : runtime_(runtime), changed_(runtime.make_signal("told")), lines_(runtime, "told") {}

  void serving(const Target& server) override { add("serving " + to_string(server)); }
  void not_serving(const Target&, const Closed& why) override {
    add(std::to_string(why.code) + " " + why.text);
  }

  /// Waits: for so many lines.
  std::vector<std::string> await(std::size_t count) {
    const TimePoint deadline = runtime_.now() + 20s;
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      std::vector<std::string> lines = *lines_.lock();
      if (lines.size() >= count || !changed_->wait(ticket, deadline)) return lines;
    }
  }

 private:
  void add(std::string line) {
    lines_.lock()->push_back(std::move(line));
    changed_->notify();
  }

  ThreadRuntime& runtime_;
  std::unique_ptr<Signal> changed_;
  Guarded<std::vector<std::string>> lines_;
};

/// A server, and its start() beside, since that waits for a broker.
struct Server {
  Server(ThreadRuntime& runtime, RabbitSettings settings, Told& told, const std::string& topic,
         Profile profile)
      : rabbit(runtime, std::move(settings)),
        transport(runtime, rabbit, {.profile = profile}, &told),
        server(transport, {.topic = topic, .server = "s"}, {}),
        starter(runtime.spawn("starter", [this] { server.start(); })) {}
  ~Server() { server.stop(); }

  RabbitTransport rabbit;
  RPCTransport transport;
  RPCServer server;
  std::unique_ptr<Task> starter;
};

class ServingTold : public ::testing::TestWithParam<Profile> {
 protected:
  ThreadRuntime runtime_;
  Told told_{runtime_};
  const RabbitHost host_ = RabbitMQNode::shared().host();
};

TEST_P(ServingTold, AQueueThatIsDeclaredOtherwiseIsSaidToBe) {
  RabbitTransport other(runtime_, {.hosts = {host_}});
  testing::TransportPeer peer(runtime_, other);
  peer.await("opened");
  peer.await_completed(peer.with([](Connection& connection) {
    return connection.declare_queue({.queue = "told-otherwise", .durable = true});
  }));
  {
    const Server server(runtime_, {.hosts = {host_}}, told_, "told-otherwise", GetParam());
    EXPECT_THAT(told_.await(1).at(0), HasSubstr("406 PRECONDITION_FAILED - inequivalent arg"));
  }
  peer.await_completed(
      peer.with([](Connection& connection) { return connection.delete_queue("told-otherwise"); }));
}

TEST_P(ServingTold, AVirtualHostThatIsNotThereIsNamed) {
  const Server server(runtime_, {.hosts = {host_}, .virtual_host = "nowhere"}, told_, "told",
                      GetParam());
  EXPECT_THAT(told_.await(1).at(0), HasSubstr("vhost nowhere not found"));
}

TEST_P(ServingTold, ALostLineIsToldAndThatItIsThereAgain) {
  TcpProxy line(host_.port);
  const std::string where = "127.0.0.1:" + std::to_string(line.port());
  const Server server(runtime_, {.hosts = {{.hostname = "127.0.0.1", .port = line.port()}}}, told_,
                      "told", GetParam());
  told_.await(1);
  line.cut();
  EXPECT_THAT(told_.await(3),
              ElementsAre("serving topic=told server=s", HasSubstr("0 " + where + ": "),
                          "serving topic=told server=s"));
}

TEST_P(ServingTold, AQueueThatIsDeletedIsToldAndDeclaredAgain) {
  const Server server(runtime_, {.hosts = {host_}}, told_, "told-deleted", GetParam());
  told_.await(1);
  RabbitMQNode::shared().ctl({"delete_queue", "told-deleted"});
  EXPECT_THAT(told_.await(3), ElementsAre("serving topic=told-deleted server=s",
                                          "0 the broker took a consumer away",
                                          "serving topic=told-deleted server=s"));
}

TEST_P(ServingTold, AnOrderlyEndIsNoNews) {
  {
    const Server server(runtime_, {.hosts = {host_}}, told_, "told", GetParam());
    told_.await(1);
  }
  EXPECT_THAT(told_.await(1), ElementsAre("serving topic=told server=s"));
}

INSTANTIATE_TEST_SUITE_P(BothProfiles, ServingTold,
                         ::testing::Values(Profile::strict, Profile::classic),
                         [](const ::testing::TestParamInfo<Profile>& test) {
                           return test.param == Profile::strict ? "strict" : "classic";
                         });

}  // namespace
}  // namespace castaway::rabbit
