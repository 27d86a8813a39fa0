// Any bytes at all, as what clients ask of a broker and what happens to it: it keeps its word.
//
//     cmake --preset fuzz && cmake --build --preset fuzz --target commands_fuzz
//     build/fuzz/sim/commands_fuzz -max_len=1200 -runs=1000000
//
// What the bytes mean is in sim/broker/tests/any_commands_fixture.h.

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>

#include "broker/tests/any_broker_fixture.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  castaway::sim::AnyBroker broker(std::span(data, size));
  const std::string trouble = broker.run();
  if (trouble.empty()) return 0;
  std::fprintf(stderr, "%s\n", trouble.c_str());
  std::abort();
}
