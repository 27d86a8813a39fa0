// docs/guide/scripts.md has every key that a step, a server or a client can have.

#include <fstream>
#include <sstream>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "schema.h"

namespace castaway::scenario {
namespace {

TEST(ScriptsDocument, HasEveryStepAndItsKeys) {
  std::ostringstream page;
  page << std::ifstream(std::string(CASTAWAY_SOURCE_DIR) + "/docs/guide/scripts.md").rdbuf();
  const nlohmann::json schema = nlohmann::json::parse(schema_json);
  for (const char* part :
       {"step", "operation", "inject", "server", "server_endpoint", "behaviour", "client"}) {
    for (const auto& [key, value] : schema.at("definitions").at(part).at("properties").items())
      EXPECT_NE(page.str().find('`' + key + '`'), std::string::npos) << part << " " << key;
  }
}

}  // namespace
}  // namespace castaway::scenario
