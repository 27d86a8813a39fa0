// What a real RabbitMQ is asked, asked of our RabbitTransport over pipes to the simulated broker,
// by seed: each cuts the bytes into other pieces.

#include <functional>

#include <gtest/gtest.h>

#include "castaway/sim/piped_transport.h"
#include "castaway/testing/delivery_contract.h"
#include "castaway/testing/queue_contract.h"
#include "castaway/testing/transport_contract.h"

namespace castaway::testing {
namespace {

template <std::uint64_t seed>
class PipedWorld {
 public:
  Runtime& runtime() { return sim_.runtime(); }
  Transport& transport() { return *transport_; }
  void run(const std::function<void()>& body) {
    sim_.process("p", [&](sim::Process&) { body(); });
    sim_.run();
  }

 private:
  std::unique_ptr<Transport> make(const sim::Station& station) {
    auto made = sim::piped_transport(station);
    transport_ = made.get();
    return made;
  }

  Transport* transport_ = nullptr;
  sim::Simulation sim_{
      {.seed = seed,
       .fibers = {.preempt = {1, 8}},
       .transport = [this](const sim::Station& station) { return make(station); }}};
};

using Worlds = ::testing::Types<PipedWorld<1>, PipedWorld<2>, PipedWorld<3>, PipedWorld<4>>;

}  // namespace

INSTANTIATE_TYPED_TEST_SUITE_P(PipedTransport, TransportContract, Worlds);
INSTANTIATE_TYPED_TEST_SUITE_P(PipedTransport, DeliveryContract, Worlds);
INSTANTIATE_TYPED_TEST_SUITE_P(PipedTransport, QueueContract, Worlds);

}  // namespace castaway::testing
