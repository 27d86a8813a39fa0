#pragma once
// SlowLink: every frame of a process takes longer for a while, both ways or one, or the longer the
// more bytes it has; new connections too. They keep their order.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct SlowLink {
  std::string who = {};  ///< a process; if empty, the one that the rule is on
  Distribution by = {};  ///< how much longer each frame takes
  /// The bandwidth of each of its links, each way: a frame waits for those before it. 0: no limit.
  std::uint64_t bytes_per_second = 0;
  Duration for_ = {};  ///< until the faults are over if 0
  enum class Way : std::uint8_t { both, to_broker, from_broker } way = Way::both;

  static constexpr const char* name = "slow_link";
  static constexpr const char* about =
      "All that a process sends and gets takes longer, or comes with so many bytes a second.";
  static constexpr auto nature = check::Detail::lateness;
  static constexpr Edge edge = Edge::link;
  static constexpr void fields(auto visit) {
    visit("who", &SlowLink::who,
          {.about = "The \"from\" of the rule if not given.", .names = Named::process});
    visit("by", &SlowLink::by, {.about = "How much longer each frame takes.", .shrinks = true});
    visit("bytes_per_second", &SlowLink::bytes_per_second,
          {.about = "The bandwidth, each way. A frame has the bytes of its body and 100 more.",
           .least = 1});
    visit("for", &SlowLink::for_,
          {.about = "For so long; until the faults are over if not given.", .shrinks = true});
    visit("way", &SlowLink::way, {.about = "Which way; both if not given."});
  }
  [[nodiscard]] std::string wrong(const On& on) const;
  static std::string why_not_over(const On&, const Capabilities&) {
    return "the connection is a real one, and its frames are not held back one by one";
  }
  void strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const;
  friend constexpr std::array<std::string_view, 3> words_of(Way) {
    return {"both", "to-broker", "from-broker"};
  }
  friend bool operator==(const SlowLink&, const SlowLink&) = default;
};

}  // namespace castaway::sim
