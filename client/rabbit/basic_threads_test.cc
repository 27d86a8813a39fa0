#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "castaway/rabbit_transport.h"
#include "castaway/rpc_client.h"
#include "castaway/rpc_server.h"
#include "castaway/thread_runtime.h"

#include "rabbitmq_node.h"

namespace castaway::rabbit {
namespace {

TEST(Rabbit, CallRoundTrip) {
  ThreadRuntime runtime;
  RabbitTransport rabbit(runtime, {.hosts = {RabbitMQNode::shared().host()}});
  RPCTransport transport(runtime, rabbit);
  RPCServer server(
      transport, {.topic = "t", .server = "s"},
      {{.methods = {{"echo", [](const Object&, const Object& args) { return args.json(); }}}}});
  server.start();
  const RPCClient client(transport, {.target = {.topic = "t"}, .timeout = 5s});
  EXPECT_EQ(client.call({}, "echo", {{"n", 1}}), nlohmann::json({{"n", 1}}));
  const auto start = runtime.now();
  for (int i = 0; i < 2000; ++i) client.call({}, "echo", {{"n", i}});
  std::printf("%f us\n", double((runtime.now() - start).count()) / 1000 / 2000);
}

}  // namespace
}  // namespace castaway::rabbit
