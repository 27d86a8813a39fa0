#include "failing_run.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "finding.h"

namespace castaway::ci {

namespace {

scenario::Scenario world() {
  scenario::Scenario made;
  for (const char* law : {"at-most-once", "effect"})
    made.expect.always.push_back({.what = scenario::LawProp{law}});
  made.expect.always.push_back({.id = "it-ends", .what = scenario::CountProp{}});
  return made;
}

std::string kept(const scenario::Scenario& scenario, const std::vector<std::string>& properties) {
  std::vector<Broken> broken;
  broken.reserve(properties.size());
  for (const std::string& property : properties) broken.push_back({.property = property});
  const scenario::Property* property = to_keep_broken(scenario, broken);
  return property == nullptr ? "none" : name_of(*property);
}

TEST(ToKeepBroken, IsTheFirstPropertyOfTheScenario) {
  EXPECT_EQ(kept(world(), {"effect", "at-most-once"}), "effect");
  EXPECT_EQ(kept(world(), {"it-ends"}), "it-ends");
}

TEST(ToKeepBroken, IsWhatTheFindingNamesIfThatIsBroken) {
  scenario::Scenario found = world();
  found.finding = std::make_shared<const nlohmann::json>(
      nlohmann::json{{"property", "at-most-once"}, {"profile", "strict"}});
  EXPECT_EQ(kept(found, {"effect", "at-most-once"}), "at-most-once");
  EXPECT_EQ(kept(found, {"effect", "it-ends"}), "effect");
}

TEST(ToKeepBroken, IsNothingThatTheScenarioDoesNotAskFor) {
  EXPECT_EQ(kept(world(), {"livelock"}), "none");
  EXPECT_EQ(kept(world(), {"livelock", "effect"}), "effect");
  EXPECT_EQ(kept(world(), {}), "none");
}

}  // namespace

}  // namespace castaway::ci
