#pragma once
// Texts that are too long to be written out: {"text_of": 1000}, anywhere in a value of a scenario,
// is a text of a thousand bytes.

#include <cstdint>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "castaway/object.h"

namespace castaway::scenario {

inline constexpr std::string_view text_of = "text_of";
/// As long as a message may be: RabbitMQ's max_message_size, 16 MiB since 4.0.
inline constexpr std::uint64_t longest_text = 16'777'216;

/// What "text_of" says, right or wrong, if that is what `value` is; else null.
[[nodiscard]] const nlohmann::json* text_of_in(const nlohmann::json& value);

/// The value with its texts in full.
[[nodiscard]] nlohmann::json in_full(nlohmann::json value);
[[nodiscard]] Object in_full(const Object& object);

}  // namespace castaway::scenario
