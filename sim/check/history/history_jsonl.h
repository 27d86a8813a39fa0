#pragma once
// The words and strings of a history's JSON lines, for their writer and their reader.
// docs/reference/history-format.md says it for people.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace castaway::check {

inline constexpr std::uint64_t format_version = 2;

/// In the order of their enumerators.
inline constexpr std::array<std::string_view, 4> operation_words = {"none", "call", "cast",
                                                                    "fanout"};
inline constexpr std::array<std::string_view, 3> effect_words = {"none", "dispatched", "unknown"};
inline constexpr std::array<std::string_view, 4> ending_words = {"quiescent", "limit", "cut",
                                                                 "livelock"};
inline constexpr std::array<std::string_view, 6> actor_words = {"unknown", "client", "server",
                                                                "broker",  "rule",   "other"};

/// Up to here a number is exact for every reader of JSON; a larger seed is text.
inline constexpr std::uint64_t largest_exact = 9'007'199'254'740'991;

/// Appends `text`, which is UTF-8, in quotes.
void append_quoted(std::string& out, std::string_view text);

}  // namespace castaway::check
