#pragma once
// new_id: a fresh id of 32 hexadecimal digits. The two halves are drawn one after the other: the
// order in which a call's arguments are evaluated is the compiler's choice, and would make runs
// differ between compilers.

#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/envelope.h"
#include "castaway/runtime.h"

namespace castaway {

[[nodiscard]] inline std::string new_id(Runtime& runtime, std::string_view purpose) {
  const std::uint64_t high = runtime.random_bits(purpose);
  const std::uint64_t low = runtime.random_bits(purpose);
  return make_id(high, low);
}

}  // namespace castaway
