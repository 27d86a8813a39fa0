#pragma once
// ConfirmAs: the broker confirms a publication in another way than usual: together with those
// before it, twice, or after a confirm of what was never published.
//
// Source: AMQP 0-9-1, 1.8.3.13: "multiple" confirms all up to the tag. A broker says nothing twice
// and nothing of unknown tags; a proxy or a broker with a defect may, and a client must survive it.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct ConfirmAs {
  enum class How : std::uint8_t { multiple, twice, unknown } how = How::multiple;

  /// The broker waits so long for others that it can confirm with one.
  static constexpr Duration gathers = 5ms;
  /// A tag that is so much higher was never published.
  static constexpr std::uint64_t far = 1'000'000;

  static constexpr const char* name = "confirm_as";
  static constexpr const char* about =
      "Of a confirm: it comes with those of the next 5 ms in one (multiple), it comes twice, or "
      "one "
      "of a publication that there never was comes before it (unknown).";
  static constexpr auto nature = check::Detail::copy;
  static constexpr OnMessages where{
      .publish = "Only a confirm is said in another way: \"confirm_as\" belongs to its edge.",
      .queue = "Only a confirm is said in another way: \"confirm_as\" belongs to its edge.",
      .ack = "said in another way: only a confirm is",
      .confirm = possible,
      .claim = "said in another way: only a confirm is",
      .redelivery = false};
  static constexpr void fields(auto visit) { visit(itself, &ConfirmAs::how, {}); }
  void befall(Fate& fate, const Chance&) const { fate.confirmed = this; }
  [[nodiscard]] std::string why_not_over(const On& on, const Capabilities& capabilities) const;
  friend constexpr std::array<std::string_view, 3> words_of(How) {
    return {"multiple", "twice", "unknown"};
  }
  friend bool operator==(const ConfirmAs&, const ConfirmAs&) = default;
};

}  // namespace castaway::sim
