#pragma once
// Versions: compares "major.minor[.revision]" as integers, so that 1.10 is above 1.9.
// Source: oslo_messaging/_utils.py, version_is_compatible.

#include <string_view>

namespace castaway {

/// Whether an implementation of version `implemented` can serve a request for `requested`: same
/// major, and not newer. An empty `implemented` serves everything; an empty `requested` is served
/// only by an empty `implemented`.
/// Throws: std::invalid_argument if a version is malformed.
[[nodiscard]] bool version_is_compatible(std::string_view implemented, std::string_view requested);

}  // namespace castaway
