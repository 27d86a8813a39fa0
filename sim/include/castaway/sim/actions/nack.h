#pragma once
// Nack: the broker refuses a message with basic.nack, and puts it into no queue.
//
// Source: rabbitmq.com/docs/confirms: a nack when the process of a queue failed, or the queue is
// full.

#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct Nack {
  static constexpr const char* name = "nack";
  static constexpr const char* about = "On its publish hop: the broker refuses it, and says so.";
  static constexpr auto nature = check::Detail::refusal;
  static constexpr OnMessages where{
      .publish = possible,
      .queue = "What stands in a queue was not refused: \"nack\" belongs to the publish hop.",
      .ack = "nacked: it is no publication",
      .confirm = "nacked: it is no publication",
      .claim = "nacked: it is no publication"};
  static constexpr void fields(auto) {}
  static void befall(Fate& fate, const Chance&) { fate.refused = true; }
  static std::string why_not_over(const On&, const Capabilities&) {
    return "the broker is real, and refuses nothing because we say so";
  }
  friend bool operator==(const Nack&, const Nack&) = default;
};

}  // namespace castaway::sim
