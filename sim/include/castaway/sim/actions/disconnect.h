#pragma once
// Disconnect: breaks all connections of a process. Half open neither side is told; at the end the
// link is reset, or the bytes held back arrive in order.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct Disconnect {
  std::string who = {};  ///< a process; if empty, the one whose hand-over matched
  Duration for_ = {};    ///< new connections are refused for this long
  Duration stale = {};   ///< for this long the broker takes what was cut for alive
  bool half_open = false;
  bool unnoticed = false;  ///< half open: heartbeats get through all the same
  /// Half open: which way nothing gets through. A partition may be one-way.
  enum class Way : std::uint8_t { both, to_broker, from_broker } way = Way::both;
  enum class Then : std::uint8_t { reset, flush } then = Then::reset;
  /// Of a message: whether it is lost with the connection.
  enum class Frame : std::uint8_t { lost, arrives } frame = Frame::lost;

  static constexpr const char* name = "disconnect";
  static constexpr const char* about =
      "Cuts all connections of a process; on the edge of a message, of the process whose "
      "connection carries it.";
  static constexpr auto nature = check::Detail::outage;
  static constexpr Edge edge = Edge::link;
  /// A claim comes over no connection to the broker.
  static constexpr OnMessages where{.publish = possible,
                                    .queue = possible,
                                    .ack = possible,
                                    .confirm = possible,
                                    .claim = elsewhere};
  /// On the deliver hop, the connection breaks that carries the message to its consumer.
  static constexpr bool acts_in_transit = true;
  static constexpr void fields(auto visit) {
    visit("who", &Disconnect::who,
          {.about = "The \"from\" of the rule if not given.", .names = Named::process});
    visit("for", &Disconnect::for_,
          {.about = "New connections are refused for so long.", .shrinks = true});
    visit("stale", &Disconnect::stale,
          {.about = "After a cut: so long the broker takes the connection for alive, and goes on "
                    "delivering.",
           .shrinks = true});
    visit("half_open", &Disconnect::half_open, {.about = "Nobody is told."});
    visit("unnoticed", &Disconnect::unnoticed,
          {.about = "Half open: heartbeats get through, so that neither side finds out."});
    visit("way", &Disconnect::way,
          {.about = "Half open: which way nothing gets through; both if not given."});
    visit("then", &Disconnect::then,
          {.about = "After a half-open time: a reset, or the bytes held back arrive in order."});
    visit("frame", &Disconnect::frame,
          {.about = "Of a message: lost with the connection, if not given, or it arrives first."});
  }
  [[nodiscard]] std::string wrong(const On& on) const;
  [[nodiscard]] std::string why_not_over(const On& on, const Capabilities& capabilities) const;
  void befall(Fate& fate, const Chance&) const { fate.cut = this; }
  void strike(World& world, const On& on, check::EventIndex cause) const;
  /// The connections of this process break.
  void cut(World& world, const std::string& process, check::EventIndex cause) const;
  friend constexpr std::array<std::string_view, 3> words_of(Way) {
    return {"both", "to-broker", "from-broker"};
  }
  friend constexpr std::array<std::string_view, 2> words_of(Then) { return {"reset", "flush"}; }
  friend constexpr std::array<std::string_view, 2> words_of(Frame) { return {"lost", "arrives"}; }
  friend bool operator==(const Disconnect&, const Disconnect&) = default;
};

}  // namespace castaway::sim
