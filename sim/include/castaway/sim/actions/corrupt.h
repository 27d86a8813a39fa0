#pragma once
// Corrupt: flips bits of the body of a message; with a field, only in the value of that.

#include <cstdint>
#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct Corrupt {
  std::uint64_t bits = 1;  ///< up to so many
  std::string field = {};  ///< a key of the envelope, as in "args" or "_msg_id"

  static constexpr const char* name = "corrupt";
  static constexpr const char* about = "Bits of its body are flipped.";
  static constexpr auto nature = check::Detail::damage;
  static constexpr OnMessages where{.publish = possible,
                                    .queue = possible,
                                    .ack = "damaged: it has no body",
                                    .confirm = "damaged: it has no body",
                                    .claim = "damaged: it has no body"};
  static constexpr void fields(auto visit) {
    visit("bits", &Corrupt::bits,
          {.about = "Up to so many; 1 if not given.", .least = 1, .most = 10000, .shrinks = true});
    visit("field", &Corrupt::field,
          {.about = "Only in the value of this key of the envelope, as \"args\" or \"_msg_id\"."});
  }
  [[nodiscard]] std::string wrong(const On&) const {
    return bits == 0 ? "\"corrupt\" flips at least one bit." : "";
  }
  void damage(std::string& body, const Chance& chance) const;
  friend bool operator==(const Corrupt&, const Corrupt&) = default;
};

}  // namespace castaway::sim
