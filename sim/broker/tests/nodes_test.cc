// What becomes of queues when the node goes down on which they were declared.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class Nodes : public testing::Test {
 protected:
  /// A connection to that node.
  Peer open(const std::string& name, std::uint64_t node) { return world_.open(name, node); }
  void declare(Peer& by, const std::string& queue, bool durable, const Table& arguments = {}) {
    by.declare({.queue = queue, .durable = durable, .arguments = arguments});
  }

  BrokerWorld world_ = {};
  Peer first_ = open("first", 1);
  Peer second_ = open("second", 2);
};

TEST_F(Nodes, TakeWithThemWhatIsNotDurable) {
  declare(first_, "of-first", false);
  declare(second_, "of-second", false);
  second_.consume("of-first");
  world_.broker.stop_node(1, world_.now);
  EXPECT_THAT(world_.heard(), ElementsAre("second cancelled c"));
  EXPECT_THAT(world_.broker.queues(), ElementsAre("of-second"));
}

TEST_F(Nodes, KeepWhatIsDurableUntilTheyAreBack) {
  declare(first_, "q", true);
  second_.publish("q", "before");
  second_.consume("q");
  EXPECT_THAT(world_.heard(), ElementsAre("second got before"));
  world_.broker.stop_node(1, world_.now);
  EXPECT_THAT(world_.heard(), ElementsAre("second cancelled c"));
  Peer third = open("third", 2);
  third.confirm_select();
  third.publish("q", "lost");
  EXPECT_THAT(world_.heard(), ElementsAre("third refused 1"));
  third.consume("q");
  EXPECT_THAT(world_.heard(),
              ElementsAre("third closed: 404 NOT_FOUND - home node 'rabbit@node-1' of durable "
                          "queue 'q' in vhost '/' is down or inaccessible"));
  // What was delivered before is still settled.
  second_.reject("before", true);
  world_.broker.start_node(1, world_.now);
  EXPECT_THAT(world_.heard(), IsEmpty());
  second_.consume("q");
  EXPECT_THAT(world_.heard(), ElementsAre("second got before attempt 2 redelivered"));
}

TEST_F(Nodes, AreNotMissedByQuorumQueues) {
  declare(first_, "q", true, {{"x-queue-type", "quorum"}});
  second_.consume("q");
  world_.broker.stop_node(1, world_.now);
  second_.publish("q", "m");
  EXPECT_THAT(world_.heard(), ElementsAre("second got m"));
}

}  // namespace
}  // namespace castaway::sim
