// What becomes of replies that nobody takes, and of those beside them.

#include <cmath>
#include <map>

#include <gmock/gmock.h>

#include "rogue_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

using nlohmann::json;

Request call_from(const std::string& reply_q, const std::string& msg_id) {
  return {.method = "echo", .args = {{"v", msg_id}}, .msg_id = msg_id, .reply_q = reply_q};
}

/// When each reply came, by msg_id, counted from the moment when `script` began.
std::map<std::string, Duration> replies(Simulation& sim, std::uint16_t workers,
                                        const std::function<void(Rogue&)>& script) {
  sim.serve({.topic = "compute", .server = "host-1"}, {echo_endpoint(sim)}, {.workers = workers});
  std::map<std::string, Duration> arrived;
  with_rogue(sim, [&](Rogue& rogue) {
    rogue.listen("answers");
    const TimePoint begin = sim.now();
    script(rogue);
    for (const auto& heard : rogue.heard()) arrived.emplace(heard.reply.msg_id, heard.at - begin);
  });
  return arrived;
}

/// Three calls of someone who is gone, and then one of someone who is there, on two workers.
void three_dead_callers_and_one_alive(Rogue& rogue) {
  for (const char* id : {"d1", "d2", "d3"}) rogue.ask("compute", call_from("gone", id));
  rogue.pause(100ms);
  rogue.ask("compute", call_from("answers", "alive"));
  rogue.pause(150s);
}

TEST(Replies, OfDeadCallersHoldUpNobodyInStrict) {
  Simulation sim({.seed = 7, .limit = 300s});
  const auto arrived = replies(sim, 2, three_dead_callers_and_one_alive);
  ASSERT_TRUE(arrived.contains("alive"));
  EXPECT_LT(arrived.at("alive"), 110ms);
}

TEST(Replies, OfDeadCallersOccupyTheWorkersInClassic) {
  Simulation sim({.seed = 7, .profile = Profile::classic, .limit = 300s});
  const auto arrived = replies(sim, 2, three_dead_callers_and_one_alive);
  ASSERT_TRUE(arrived.contains("alive"));
  EXPECT_GE(arrived.at("alive"), 60s);
  EXPECT_LT(arrived.at("alive"), 61s) << "the third is dropped without an attempt";
}

TEST(Replies, ToAQueueThatComesBackFlowAgain) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    Simulation sim({.seed = 7, .profile = profile, .limit = 300s});
    const auto arrived = replies(sim, 4, [](Rogue& rogue) {
      rogue.ask("compute", call_from("later", "early"));
      rogue.pause(2s);
      rogue.listen("later");
      rogue.ask("compute", call_from("later", "late"));
      rogue.pause(10s);
    });
    ASSERT_TRUE(arrived.contains("early") && arrived.contains("late"));
    EXPECT_LT(arrived.at("early"), 4s);
    EXPECT_LT(arrived.at("late"), 2'100ms);
  }
}

TEST(Replies, ClassicRemembersForAMinuteThatAQueueWasGone) {
  const auto script = [](Rogue& rogue) {
    rogue.ask("compute", call_from("later", "d1"));
    rogue.pause(65s);
    rogue.listen("later");
    rogue.ask("compute", call_from("later", "too soon"));
    rogue.pause(60s);
    rogue.ask("compute", call_from("later", "in time"));
    rogue.pause(1s);
  };
  Simulation classic({.seed = 7, .profile = Profile::classic, .limit = 300s});
  EXPECT_THAT(replies(classic, 2, script), testing::ElementsAre(testing::Key("in time")));
  Simulation strict({.seed = 7, .limit = 300s});
  EXPECT_THAT(replies(strict, 2, script),
              testing::ElementsAre(testing::Key("in time"), testing::Key("too soon")));
}

TEST(Replies, ThatAreTooManyAreGivenUpOldestFirst) {
  Simulation sim({.seed = 7, .limit = 300s});
  const auto arrived = replies(sim, 64, [](Rogue& rogue) {
    for (int i = 0; i < 1'100; ++i)
      rogue.ask("compute", call_from("later", "d" + std::to_string(i)));
    rogue.pause(5s);
    rogue.ask("compute", call_from("answers", "alive"));
    rogue.pause(1s);
    rogue.listen("later");
    rogue.pause(10s);
  });
  EXPECT_TRUE(arrived.contains("alive"));
  EXPECT_LT(arrived.at("alive"), 5'200ms);
  EXPECT_EQ(arrived.size(), 1'024U) << "the others, and the one alive";
}

TEST(Replies, ThatAreOutAreWaitedFor) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    Simulation sim({.seed = 7, .profile = profile, .limit = 300s});
    const auto arrived = replies(sim, 2, [&](Rogue& rogue) {
      rogue.ask("compute", call_from("later", "early"));
      rogue.pause(100ms);
      const auto stopper = sim.runtime().spawn("stopper", [&] { sim.stop_server("host-1"); });
      rogue.pause(1s);
      rogue.listen("later");
      stopper->join();
    });
    EXPECT_THAT(arrived, testing::ElementsAre(testing::Key("early")));
  }
}

}  // namespace
}  // namespace castaway::sim
