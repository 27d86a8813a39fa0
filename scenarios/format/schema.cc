#include "schema.h"

#include <string>

#include <fmt/format.h>

#include "castaway/check/laws.h"
#include "castaway/scenario/json.h"

#include "action_schema.h"

namespace castaway::scenario {
namespace {

/// The definition "law": the names of all laws.
std::string law_schema() {
  std::string names;
  for (const check::Law& law : check::laws())
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ", law.name);
  return fmt::format(R"({{"enum": [{}]}})", names);
}

/// Puts `definition` where the file leaves a gap for it.
void fill(std::string& text, std::string_view gap, const std::string& definition) {
  text.replace(text.find(gap), gap.size(), definition);
}

std::string filled() {
  std::string text(schema_json);
  fill(text, R"({"description": "Made from the list of laws."})", law_schema());
  fill(text, R"({"description": "Made from what the actions say of themselves."})",
       action_schema(4));
  return text;
}

}  // namespace

std::string_view schema() {
  static const std::string text = filled();
  return text;
}

}  // namespace castaway::scenario
