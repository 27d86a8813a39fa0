#pragma once
// Digests of JSON values and failures, without writing them out: how arguments and results are
// compared in a history.
//
// 1 and 1.0 differ, as they do on the wire; a key's place does not matter.

#include <cstdint>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "castaway/error.h"

namespace castaway::sim {

[[nodiscard]] std::uint64_t json_digest(const nlohmann::json& value);
[[nodiscard]] std::uint64_t request_digest(std::string_view method, const nlohmann::json& args);
/// Of the type and the message: what a caller can tell errors apart by.
[[nodiscard]] std::uint64_t failure_digest(const Failure& failure);

}  // namespace castaway::sim
