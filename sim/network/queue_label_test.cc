// What a queue is called in the names of decisions: not by an id, which is chance.

#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "network_world_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::EndsWith;

constexpr const char* id = "0536ea10b0784e4081ff269ac1255155";

class QueueLabel : public testing::Test {
 protected:
  /// Whether a message to that queue is lost is asked under its label.
  std::vector<std::string> asked_of(const std::string& queue) {
    peer.say(amqp::QueueDeclare{.queue = queue});
    peer.publish(queue);
    world.run();
    return world.asked();
  }

  NetworkWorld world{{{.id = "lose",
                       .on = {.edge = Edge::request},
                       .when = {.prob = Ratio{1, 2}},
                       .action = Drop{}}}};
  NetworkPeer peer{world, "p"};
};

TEST_F(QueueLabel, IsTheNameOfAQueueWithoutAnId) {
  world.run();
  static_cast<void>(world.asked());
  EXPECT_THAT(asked_of("compute"), ElementsAre(EndsWith("/queue/compute/lose")));
  EXPECT_THAT(asked_of("reply_to_all"), ElementsAre(EndsWith("/queue/reply_to_all/lose")));
}

TEST_F(QueueLabel, IsWhoConsumesFromAQueueWithAnId) {
  NetworkPeer other(world, "nova-1");
  world.run();
  static_cast<void>(world.asked());
  for (const std::string prefix : {"reply_", "compute_fanout_", "celery.pidbox-"}) {
    EXPECT_THAT(asked_of(prefix + id), ElementsAre(EndsWith("/queue/private/lose")));
    other.consume(prefix + id);
    world.run();
    EXPECT_THAT(asked_of(prefix + id), ElementsAre(EndsWith("/queue/nova-1/lose")));
  }
}

}  // namespace
}  // namespace castaway::sim
