#include "schema.h"

#include <string>

#include "castaway/scenario/json.h"

#include "action_schema.h"

namespace castaway::scenario {
namespace {

/// Where the file leaves room for the actions.
constexpr std::string_view gap =
    R"({"description": "Made from what the actions say of themselves."})";

std::string with_actions() {
  std::string text(schema_json);
  return text.replace(text.find(gap), gap.size(), action_schema(4));
}

}  // namespace

std::string_view schema() {
  static const std::string text = with_actions();
  return text;
}

}  // namespace castaway::scenario
