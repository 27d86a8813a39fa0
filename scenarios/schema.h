#pragma once
// Schema: checks a JSON value against the schema of the format.

#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "json_text.h"

namespace castaway::scenario {

/// The schema's file, embedded.
extern const std::string_view schema_json;

/// All that is wrong with `value`, in words: none if valid() says so.
[[nodiscard]] std::vector<Flaw> flaws_of(const nlohmann::json& value);

/// The verdict of a validator of draft-07 that is not ours. `flaws_of` finds the words, this is the
/// judge. Requires: flaws_of(value) is empty, for the judge's patterns recurse with the length of a
/// text.
[[nodiscard]] std::vector<Flaw> verdict_of(const nlohmann::json& value);

}  // namespace castaway::scenario
