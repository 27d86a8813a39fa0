#include "castaway/scenario/scenario.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace castaway::scenario {
namespace {

using testing::ElementsAre;

TEST(Operation, IsCalledAsItSays) {
  EXPECT_THAT(Operation{.as = "ping"}.names(), ElementsAre("ping"));
  EXPECT_THAT((Operation{.as = "ping", .repeat = 1}.names()), ElementsAre("ping#0"));
  EXPECT_THAT((Operation{.as = "ping", .repeat = 3}.names()),
              ElementsAre("ping#0", "ping#1", "ping#2"));
}

TEST(Operation, KeepsTheNamesOfWhatIsLeftOfARepetition) {
  EXPECT_THAT((Operation{.as = "ping", .repeat = 9, .only = {3, 7}}.names()),
              ElementsAre("ping#3", "ping#7"));
  EXPECT_THAT((Operation{.as = "ping", .only = {3}}.names()), ElementsAre("ping#3"));
}

TEST(Operation, IsNumberedOnFromTaskToTask) {
  const Operation operation{.as = "ping", .repeat = 2};
  EXPECT_THAT(operation.names(0, 3), ElementsAre("ping#0", "ping#1"));
  EXPECT_THAT(operation.names(2, 3), ElementsAre("ping#4", "ping#5"));
  EXPECT_THAT(Operation{.as = "ping"}.names(2, 3), ElementsAre("ping#2"));
  EXPECT_THAT((Operation{.as = "ping", .repeat = 2, .only = {1, 4}}.names(2, 3)),
              ElementsAre("ping#4"));
}

TEST(Return, ReturnsNullWithoutAValue) {
  EXPECT_EQ(Return{}, Return{Object({{"value", nullptr}})});
  EXPECT_FALSE(Return{} == Return{Object({{"value", 0}})});
  EXPECT_EQ(Return{Object({{"value", 0}})}, Return{Object({{"value", 0}})});
}

TEST(Raise, NamesAModuleAndAClass) {
  EXPECT_EQ(Raise{"OutOfStock"}.module(), "endpoint");
  EXPECT_EQ(Raise{"OutOfStock"}.class_name(), "OutOfStock");
  EXPECT_EQ(Raise{"shop.errors.OutOfStock"}.module(), "shop.errors");
  EXPECT_EQ(Raise{"shop.errors.OutOfStock"}.class_name(), "OutOfStock");
}

TEST(Scenario, ComparesEachOfItsFields) {
  const Scenario plain;
  const auto changed = [](const std::function<void(Scenario&)>& change) {
    Scenario scenario;
    change(scenario);
    return scenario;
  };
  EXPECT_EQ(plain, Scenario());
  const std::vector<std::function<void(Scenario&)>> changes = {
      [](Scenario& s) { s.name = "a"; },
      [](Scenario& s) { s.about = "a"; },
      [](Scenario& s) { s.source = "a"; },
      [](Scenario& s) { s.cases = {"AMO-010"}; },
      [](Scenario& s) { s.needs = {"fanout"}; },
      [](Scenario& s) { s.profiles = {SubjectProfile::classic}; },
      [](Scenario& s) { s.seed = 2; },
      [](Scenario& s) { s.clock.slack = 1ns; },
      [](Scenario& s) { s.broker.latency.a = 1ns; },
      [](Scenario& s) { s.servers.emplace_back(); },
      [](Scenario& s) { s.clients.emplace_back(); },
      [](Scenario& s) { s.script.emplace_back(); },
      [](Scenario& s) { s.faults.emplace_back(); },
      [](Scenario& s) { s.explore.runs = 2; },
      [](Scenario& s) { s.expect.always.emplace_back(); },
      [](Scenario& s) { s.deviations.emplace(); },
      [](Scenario& s) { s.finding = std::make_shared<const nlohmann::json>(); },
  };
  for (std::size_t i = 0; i < changes.size(); ++i) {
    EXPECT_FALSE(plain == changed(changes[i])) << "change " << i;
    EXPECT_EQ(changed(changes[i]), changed(changes[i])) << "change " << i;
  }
}

TEST(Scenario, ComparesWhatItsFindingSays) {
  Scenario a, b;
  a.finding = std::make_shared<const nlohmann::json>(1);
  b.finding = std::make_shared<const nlohmann::json>(2);
  EXPECT_FALSE(a == b);
}

TEST(SubjectProfile, HasTheNameOfTheCommandLine) {
  EXPECT_EQ(to_string(SubjectProfile::strict), "strict");
  EXPECT_EQ(to_string(SubjectProfile::classic), "classic");
}

}  // namespace
}  // namespace castaway::scenario
