#pragma once
// TruncateTo: cuts the body of a message short.

#include <cstdint>
#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct TruncateTo {
  std::uint64_t bytes = 0;

  static constexpr const char* name = "truncate_to";
  static constexpr const char* about = "Of its body only so many bytes are left.";
  static constexpr auto nature = check::Detail::damage;
  static constexpr OnMessages where{.publish = possible,
                                    .queue = possible,
                                    .ack = "damaged: it has no body",
                                    .confirm = "damaged: it has no body",
                                    .claim = "damaged: it has no body"};
  static constexpr void fields(auto visit) { visit(itself, &TruncateTo::bytes, {}); }
  void damage(std::string& body, const Chance&) const {
    if (bytes < body.size()) body.resize(bytes);
  }
  friend bool operator==(const TruncateTo&, const TruncateTo&) = default;
};

}  // namespace castaway::sim
