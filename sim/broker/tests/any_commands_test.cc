// The broker is given anything at all, by clients and by accidents, and keeps its word.
//
// sim/fuzz/commands_fuzz.cc does the same, with bytes that go where the broker has not been.

#include <cstdint>
#include <vector>

#include <gtest/gtest.h>

#include "any_broker_fixture.h"
#include "draws_fixture.h"

namespace castaway::sim {
namespace {

constexpr std::uint64_t sequences = 5000;

std::vector<std::uint8_t> bytes_of(std::uint64_t seed) {
  Draws chance(seed);
  std::vector<std::uint8_t> bytes(100 + chance.below(1100));
  for (std::uint8_t& byte : bytes) byte = static_cast<std::uint8_t>(chance.below(256));
  return bytes;
}

TEST(AnyCommands, LeaveTheBrokerWithItsWordKept) {
  std::uint64_t accepted = 0;
  std::uint64_t delivered = 0;
  for (std::uint64_t seed = 1; seed <= sequences && !HasFailure(); ++seed) {
    const std::vector<std::uint8_t> bytes = bytes_of(seed);
    AnyBroker broker(bytes);
    EXPECT_EQ(broker.run(), "") << "seed " << seed;
    accepted += broker.enqueued();
    delivered += broker.delivered();
  }
  // They come so far that there is something to keep.
  EXPECT_GT(accepted, 4 * sequences);
  EXPECT_GT(delivered, 2 * sequences);
}

}  // namespace
}  // namespace castaway::sim
