#pragma once
// Schema: checks a JSON value against the schema of the format.

#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "json_text.h"

namespace castaway::scenario {

/// The schema's file, embedded. It leaves gaps for laws and actions, which schema() fills.
extern const std::string_view schema_json;

/// All that is wrong with `value`, in words; empty if the schema takes it.
[[nodiscard]] std::vector<Flaw> flaws_of(const nlohmann::json& value);

}  // namespace castaway::scenario
