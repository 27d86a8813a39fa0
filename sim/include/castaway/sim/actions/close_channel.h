#pragma once
// CloseChannel: the broker closes channels of a process, with a code and a text, as for an error.
//
// Source: AMQP 0-9-1, 1.2, reply codes: some end the channel, the others the whole connection.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct CloseChannel {
  std::string who = {};
  std::uint64_t code = 0;
  std::string text = {};  ///< if empty, AMQP's name of the code
  enum class Which : std::uint8_t { all, listen, send } which = Which::all;

  static constexpr const char* name = "close_channel";
  static constexpr const char* about =
      "The broker closes channels of a process, as for an error; the whole connection if AMQP has "
      "it so for the code.";
  static constexpr auto nature = check::Detail::outage;
  static constexpr Edge edge = Edge::broker;
  static constexpr void fields(auto visit) {
    visit("who", &CloseChannel::who,
          {.about = "Whose.", .required = true, .names = Named::process});
    visit("code", &CloseChannel::code,
          {.about = "AMQP's reply code, as 404, 406 or 541.",
           .required = true,
           .least = 311,
           .most = 541});
    visit("text", &CloseChannel::text,
          {.about = "What the broker says; the name of the code if not given."});
    visit("which", &CloseChannel::which,
          {.about = "\"listen\": those that consume. \"send\": the others. All if not given."});
  }
  [[nodiscard]] std::string wrong(const On&) const;
  static std::string why_not_over(const On&, const Capabilities&) {
    return "the broker is real, and closes no channel without an error";
  }
  void strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const;
  friend constexpr std::array<std::string_view, 3> words_of(Which) {
    return {"all", "listen", "send"};
  }
  friend bool operator==(const CloseChannel&, const CloseChannel&) = default;
};

}  // namespace castaway::sim
