// What the library relies on, asked of a real RabbitMQ.

#include "castaway/rabbit_transport.h"

#include <functional>

#include <gtest/gtest.h>

#include "castaway/testing/delivery_contract.h"
#include "castaway/testing/queue_contract.h"
#include "castaway/testing/transport_contract.h"
#include "castaway/thread_runtime.h"

#include "servers/rabbitmq_node.h"

namespace castaway::testing {
namespace {

struct RabbitWorld {
  Runtime& runtime() { return runtime_; }
  Transport& transport() { return transport_; }
  static void run(const std::function<void()>& body) { body(); }

  ThreadRuntime runtime_;
  RabbitTransport transport_{runtime_, {.hosts = {rabbit::RabbitMQNode::shared().host()}}};
};

struct TlsWorld {
  Runtime& runtime() { return runtime_; }
  Transport& transport() { return transport_; }
  static void run(const std::function<void()>& body) { body(); }

  ThreadRuntime runtime_;
  RabbitTransport transport_{
      runtime_,
      {.hosts = {{.hostname = "localhost", .port = rabbit::RabbitMQNode::shared().tls_port()}},
       .ssl = TlsSettings{.ca_file = rabbit::RabbitMQNode::shared().certificates() / "ca.pem"}}};
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(RabbitTransport, TransportContract, RabbitWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(RabbitTransport, DeliveryContract, RabbitWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(RabbitTransport, QueueContract, RabbitWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(RabbitTransportOverTls, TransportContract, TlsWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(RabbitTransportOverTls, DeliveryContract, TlsWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(RabbitTransportOverTls, QueueContract, TlsWorld);

}  // namespace castaway::testing
