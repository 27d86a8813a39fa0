// What the library relies on, asked of a real nats-server: all but QueueContract, whose promises
// NATS has not got.

#include <functional>

#include <gtest/gtest.h>

#include "castaway/nats_transport.h"
#include "castaway/testing/delivery_contract.h"
#include "castaway/testing/transport_contract.h"
#include "castaway/thread_runtime.h"

#include "servers/nats_server.h"

namespace castaway::testing {
namespace {

struct NatsWorld {
  Runtime& runtime() { return runtime_; }
  Transport& transport() { return transport_; }
  static void run(const std::function<void()>& body) { body(); }

  ThreadRuntime runtime_;
  nats::NatsServer server_;
  NatsTransport transport_{runtime_, {.servers = {server_.url()}}};
};

TEST(NatsContract, LeavesOutWhatNatsSaysThatItMisses) {
  NatsWorld world;
  const Capabilities capabilities = world.transport().capabilities();
  for (const char* of_queues : {"durable", "prefetch", "requeue"})
    EXPECT_FALSE(capabilities.has(of_queues)) << of_queues;
}

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(NatsTransport, TransportContract, NatsWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(NatsTransport, DeliveryContract, NatsWorld);

}  // namespace castaway::testing
