#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "lint_fixture.h"

namespace castaway::scenario {
namespace {

using testing::HasSubstr;
using testing::Not;

/// The sound scenario with more servers, and its tasks and operations repeated.
std::string told(std::size_t servers, std::uint32_t tasks = 1, std::uint32_t operations = 1) {
  Scenario scenario = parse(sound, "a.json");
  for (std::size_t i = 0; i < servers; ++i) {
    Server server = scenario.servers.front();
    server.id = "more-" + std::to_string(i);
    scenario.servers.push_back(server);
  }
  if (tasks > 1) scenario.script.back().repeat = tasks;
  if (operations > 1) std::get<Operation>(scenario.script.back().steps.back()).repeat = operations;
  return told_of(scenario);
}

TEST(LintSize, SaysHowManyTasksThereAreAndMayBe) {
  // 2 servers, 2 clients and 2 tasks of the script are 12.
  EXPECT_EQ(told(7497), "");
  EXPECT_EQ(told(7498),
            "/servers: this takes 30,004 tasks, and a run has at most 30,000: 7,500 servers are 4 "
            "each, 2 clients one each, and the script has 2\n");
  EXPECT_EQ(told(0, 40000),
            "/script: this takes 40,011 tasks, and a run has at most 30,000: 2 servers are 4 each, "
            "2 clients one each, and the script has 40,001\n");
}

TEST(LintSize, SaysHowManyOperationsThereMayBe) {
  EXPECT_EQ(told(0, 1, 240000), "");
  EXPECT_EQ(told(0, 1, 250000),
            "/script: a run makes at most 250,000 operations, and this is more\n");
  EXPECT_EQ(told(0, 20000, 4000000000U),
            "/script: a run makes at most 250,000 operations, and this is more\n");
}

TEST(LintSize, SaysThatATopicIsTooLongForAName) {
  Scenario scenario = parse(sound, "a.json");
  for (Server& server : scenario.servers) server.topic = std::string(210, 't');
  const std::string too_long =
      "/servers/1/topic: the name of a queue is made of it, and AMQP allows 255 bytes\n";
  EXPECT_THAT(told_of(scenario), Not(HasSubstr("255 bytes")));
  scenario.servers.back().topic += std::string(10, 't');
  EXPECT_THAT(told_of(scenario), HasSubstr(too_long));
  scenario.broker.isolated = true;
  scenario.servers.front().topic = "t";
  scenario.servers.back().topic = std::string(80, '%');
  EXPECT_THAT(told_of(scenario), HasSubstr(too_long));
}

}  // namespace
}  // namespace castaway::scenario
