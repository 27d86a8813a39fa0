// What a real RabbitMQ is asked, asked of the simulated broker.

#include <functional>
#include <optional>

#include <gtest/gtest.h>

#include "castaway/sim/simulation.h"
#include "castaway/testing/delivery_contract.h"
#include "castaway/testing/queue_contract.h"
#include "castaway/testing/transport_contract.h"

namespace castaway::testing {
namespace {

struct SimWorld {
  Runtime& runtime() { return sim_.runtime(); }
  Transport& transport() { return *transport_; }
  void run(const std::function<void()>& body) {
    sim_.process("p", [&](sim::Process& process) {
      transport_.emplace(sim_.network(), process.runtime.current_process(), "p");
      body();
    });
    sim_.run();
  }

  sim::Simulation sim_{{.seed = 7}};
  std::optional<sim::SimTransport> transport_;
};

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(SimTransport, TransportContract, SimWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(SimTransport, DeliveryContract, SimWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(SimTransport, QueueContract, SimWorld);

}  // namespace castaway::testing
