#pragma once
// Escape: any text as letters, digits and a few harmless bytes, for subjects and headers.

#include <string>
#include <string_view>

namespace castaway::nats {

/// Leaves letters, digits and what is in `harmless`, and writes every other byte as %XX. What it
/// makes is never empty: "%" stands for nothing.
[[nodiscard]] std::string escaped(std::string_view text, std::string_view harmless = "-_");

/// What was escaped. Text that escaped() did not make comes through as it is.
[[nodiscard]] std::string unescaped(std::string_view text);

}  // namespace castaway::nats
