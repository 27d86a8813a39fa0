#pragma once
// Reorder: a message in a queue goes before others, or others before it. A confirm comes behind
// later ones.

#include <cstdint>
#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct Reorder {
  std::uint64_t window = 0;    ///< a decision of 0 to window - 1
  std::uint64_t overtake = 0;  ///< goes before up to so many messages

  static constexpr const char* name = "reorder";
  static constexpr const char* about =
      "It overtakes what waits before it: a fixed number of messages, or up to window - 1.";
  static constexpr auto nature = check::Detail::reorder;
  static constexpr bool exactly_one = true;
  static constexpr OnMessages where{
      .publish = "Messages cannot be reordered on their publish hop: a connection keeps its order.",
      .queue = possible,
      .ack = "reordered: a connection keeps its order",
      .confirm = possible,
      .claim = "reordered: it has a server waiting",
      .redelivery = false};
  static constexpr void fields(auto visit) {
    visit("window", &Reorder::window, {.least = 2, .shrinks = true});
    visit("overtake", &Reorder::overtake, {.least = 1, .shrinks = true});
  }
  [[nodiscard]] std::string wrong(const On& on) const;
  [[nodiscard]] std::string why_not_over(const On& on, const Capabilities& capabilities) const;
  void befall(Fate& fate, const Chance& chance) const;
  friend bool operator==(const Reorder&, const Reorder&) = default;
};

}  // namespace castaway::sim
