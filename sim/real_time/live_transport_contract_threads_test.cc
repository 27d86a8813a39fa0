// What a real RabbitMQ is asked, asked of the simulated broker in real time.

#include <functional>

#include <gtest/gtest.h>

#include "castaway/sim/live.h"
#include "castaway/testing/delivery_contract.h"
#include "castaway/testing/queue_contract.h"
#include "castaway/testing/transport_contract.h"
#include "castaway/thread_runtime.h"

namespace castaway::testing {
namespace {

struct LiveWorld {
  Runtime& runtime() { return runtime_; }
  Transport& transport() { return transport_; }
  static void run(const std::function<void()>& body) { body(); }

  ThreadRuntime runtime_;
  sim::LiveBroker broker_{runtime_};
  sim::LiveTransport transport_{broker_, "p"};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(LiveTransport, TransportContract, LiveWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(LiveTransport, DeliveryContract, LiveWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(LiveTransport, QueueContract, LiveWorld);

}  // namespace castaway::testing
