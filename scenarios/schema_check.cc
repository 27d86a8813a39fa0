#include <algorithm>

#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "schema.h"

namespace castaway::scenario {
namespace {

using valijson::adapters::NlohmannJsonAdapter;

class Judge {
 public:
  Judge() {
    const auto text = nlohmann::json::parse(schema_json);
    valijson::SchemaParser(valijson::SchemaParser::kDraft7)
        .populateSchema(NlohmannJsonAdapter(text), schema_);
  }

  [[nodiscard]] const valijson::Schema& schema() const { return schema_; }

 private:
  valijson::Schema schema_;
};

/// "<root>", "[faults]", "[0]" become "/faults/0".
std::string pointer_of(const std::vector<std::string>& context) {
  std::string pointer;
  for (std::size_t i = 1; i < context.size(); ++i) {
    pointer = below(pointer, std::string_view(context[i]).substr(1, context[i].size() - 2));
  }
  return pointer;
}

}  // namespace

std::vector<Flaw> verdict_of(const nlohmann::json& value) {
  static const Judge judge;
  valijson::ValidationResults results;
  valijson::Validator validator;
  if (validator.validate(judge.schema(), NlohmannJsonAdapter(value), &results)) return {};
  std::vector<Flaw> flaws;
  for (const auto& [context, description] : results)
    flaws.push_back({pointer_of(context), "not valid by the schema: " + description});
  return flaws;
}

}  // namespace castaway::scenario
