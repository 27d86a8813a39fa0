#pragma once
// JSON digests: 64-bit digests of JSON values and failures, made without writing them out. A
// history compares arguments and results by them.
//
// 1 and 1.0 differ, as they do on the wire; the order of keys does not matter.

#include <cstdint>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "castaway/error.h"

namespace castaway::sim {

[[nodiscard]] std::uint64_t json_digest(const nlohmann::json& value);
[[nodiscard]] std::uint64_t request_digest(std::string_view method, const nlohmann::json& args);
/// The digest of type and message, by which a caller can tell errors apart.
[[nodiscard]] std::uint64_t failure_digest(const Failure& failure);

}  // namespace castaway::sim
