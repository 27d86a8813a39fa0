#pragma once
// ClassicBreach: the five ways in which oslo.messaging breaks its promise. classic_breaches() tells
// which of them a run shows, using only its history; a run that may have had two causes shows
// neither.

#include <cstdint>
#include <set>
#include <string_view>

#include "castaway/check/history.h"
#include "castaway/scenario/scenario.h"

namespace castaway::scenario {

enum class ClassicBreach : std::uint8_t {
  lost_confirm,     ///< V1: published again, and executed by two servers
  forgotten_id,     ///< V2: published again, and executed twice by one server that lives
  lost_ack,         ///< V3: delivered again, and executed by two servers
  late_confirm,     ///< V4: as V1, and nothing was wrong except a late confirm
  acked_and_unrun,  ///< V5: acknowledged by a server that stops, and executed by nobody
};

inline constexpr auto all_classic_breaches = {
    ClassicBreach::lost_confirm, ClassicBreach::forgotten_id, ClassicBreach::lost_ack,
    ClassicBreach::late_confirm, ClassicBreach::acked_and_unrun};

/// "V1" to "V5".
[[nodiscard]] std::string_view to_string(ClassicBreach breach);

/// "a lost confirm, and two servers executed it"
[[nodiscard]] std::string_view in_words(ClassicBreach breach);

[[nodiscard]] std::set<ClassicBreach> classic_breaches(const Scenario& scenario,
                                                       const check::History& history);

}  // namespace castaway::scenario
