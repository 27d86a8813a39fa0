#pragma once
// Inject: the step that hands the broker a message made by hand.

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "castaway/scenario/scenario.h"

#include "environment.h"

namespace castaway::scenario {

/// Keys of a message's values that stand for what only the run knows.
inline constexpr std::string_view msg_id_of = "msg_id_of";
inline constexpr std::string_view unique_id_of = "unique_id_of";
inline constexpr std::string_view reply_q_of = "reply_q_of";

/// {"msg_id_of": "ping"}: the key and the name, if that is what `value` is; else two empty texts.
struct Reference {
  std::string key = {};
  std::string name = {};
};
[[nodiscard]] Reference reference_in(const nlohmann::json& value);

/// On behalf of a client.
/// Waits: until each operation that the message names has been invoked.
void perform(Environment& environment, const Player& client, const Inject& inject);

}  // namespace castaway::scenario
