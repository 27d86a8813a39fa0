#pragma once
// JsonText: the text of a file as JSON, and where in the text each value lies.
//
// A flaw is found in a value, which knows nothing of lines. Its place is looked up afterwards, by
// JSON pointer.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "castaway/scenario/json.h"

namespace castaway::scenario {

/// More than these would not be read anyway.
inline constexpr std::size_t most_problems = 100;

/// A problem that has no place yet.
struct Flaw {
  std::string pointer = {};
  std::string text = {};
  bool at_key = false;  ///< the key is what is wrong, rather than its value
};

/// UTF-8, with or without a byte order mark.
/// Throws: ScenarioError with one problem; `name` is what the text is called.
[[nodiscard]] nlohmann::json read_json_text(std::string_view text, const std::string& name);

/// The keys that an object has twice; JSON leaves open which of them counts.
/// Requires: text was read by read_json_text.
[[nodiscard]] std::vector<Problem> repeated_keys(std::string_view text);

/// The flaws with their lines and columns. What is not in the text is looked for where it should
/// be. Requires: text was read by read_json_text.
[[nodiscard]] std::vector<Problem> place(const std::vector<Flaw>& flaws, std::string_view text);

/// A problem at an offset of the text. Lines and columns count from 1, and columns in characters.
[[nodiscard]] Problem problem_at(std::string_view text, std::size_t offset, std::string pointer,
                                 std::string what);

/// `pointer` with one more step.
[[nodiscard]] std::string below(std::string_view pointer, std::string_view key);
[[nodiscard]] std::string below(std::string_view pointer, std::size_t index);

inline constexpr std::string_view byte_order_mark = "\xef\xbb\xbf";

}  // namespace castaway::scenario
