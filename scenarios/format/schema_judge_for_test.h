#pragma once
// SchemaJudge: validates against draft-07 with other people's validator, for tests of ours. What
// `flaws_of` accepts, the judge must accept.

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "castaway/scenario/json.h"

#include "json_text.h"

namespace castaway::scenario {

class SchemaJudge {
 public:
  SchemaJudge() {
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(Adapter(nlohmann::json::parse(scenario::schema())), schema_);
  }

  /// Its patterns recurse with the length of a text, so it cannot judge a very long one.
  [[nodiscard]] std::vector<Flaw> flaws_of(const nlohmann::json& value) const {
    valijson::ValidationResults results;
    valijson::Validator validator;
    if (validator.validate(schema_, Adapter(value), &results)) return {};
    std::vector<Flaw> flaws;
    for (const auto& [context, description] : results)
      flaws.push_back({pointer_of(context), description});
    return flaws;
  }

 private:
  using Adapter = valijson::adapters::NlohmannJsonAdapter;

  /// "<root>", "[faults]", "[0]" become "/faults/0".
  static std::string pointer_of(const std::vector<std::string>& context) {
    std::string pointer;
    for (std::size_t i = 1; i < context.size(); ++i) {
      pointer = below(pointer, std::string_view(context[i]).substr(1, context[i].size() - 2));
    }
    return pointer;
  }

  valijson::Schema schema_;
};

}  // namespace castaway::scenario
