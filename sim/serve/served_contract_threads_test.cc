// What the library relies on, asked of the simulated broker on a socket, as it is asked of a real
// RabbitMQ.

#include <functional>

#include <gtest/gtest.h>

#include "castaway/rabbit_transport.h"
#include "castaway/testing/delivery_contract.h"
#include "castaway/testing/queue_contract.h"
#include "castaway/testing/transport_contract.h"
#include "castaway/thread_runtime.h"

#include "served_world_fixture.h"

namespace castaway::testing {
namespace {

struct Served {
  Runtime& runtime() { return runtime_; }
  Transport& transport() { return transport_; }
  static void run(const std::function<void()>& body) { body(); }

  sim::ServedWorld world_;
  ThreadRuntime runtime_;
  RabbitTransport transport_{runtime_, {.hosts = {world_.host()}}};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(OverASocket, TransportContract, Served);
INSTANTIATE_TYPED_TEST_SUITE_P(OverASocket, DeliveryContract, Served);
INSTANTIATE_TYPED_TEST_SUITE_P(OverASocket, QueueContract, Served);

}  // namespace castaway::testing
