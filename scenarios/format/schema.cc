#include "schema.h"

#include "castaway/scenario/json.h"

namespace castaway::scenario {

std::string_view schema() { return schema_json; }

}  // namespace castaway::scenario
