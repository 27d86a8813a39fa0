// The broker beside a real one: the model answers the scripts of sim/broker/scripts as
// RabbitMQ 3.10 did. ci/real_brokers/check proves that RabbitMQ still says it.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "script_words.h"

namespace castaway::sim {
namespace {

class BrokerScript : public ::testing::TestWithParam<std::string> {};

TEST_P(BrokerScript, TheModelSaysWhatRabbitMQSays) {
  ScriptWorld world;
  for (const ScriptStep& step : read_script(script_folder() / (GetParam() + ".txt"))) {
    EXPECT_EQ(world.play(step), step.heard) << GetParam() << ": " << step.line;
  }
}

INSTANTIATE_TEST_SUITE_P(Files, BrokerScript, ::testing::ValuesIn(script_names()),
                         [](const auto& info) { return info.param; });

// What is there to be compared at all: a folder that is read wrongly has nothing to say.
TEST(BrokerScripts, AllAreFoundAndSayWhatIsHeard) {
  const std::vector<std::string> names = script_names();
  EXPECT_GE(names.size(), 60u);
  for (const std::string& name : names) {
    const std::vector<ScriptStep> steps = read_script(script_folder() / (name + ".txt"));
    EXPECT_TRUE(std::any_of(steps.begin(), steps.end(), [](const ScriptStep& step) {
      return !step.heard.empty();
    })) << name;
  }
}

TEST(BrokerScripts, AStepThatMeansNothingIsRefused) {
  ScriptWorld world;
  for (const std::string line : {"a dance q", "broker dance", "a declare"}) {
    EXPECT_THROW((void)world.play(read_step(line)), std::invalid_argument) << line;
  }
}

}  // namespace
}  // namespace castaway::sim
