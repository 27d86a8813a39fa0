// What users may do: sim/broker/scripts/rights_of_a_user.txt has what RabbitMQ says of each method.

#include "broker_fixture.h"

namespace castaway::sim {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

class BrokerRights : public ::testing::Test {
 protected:
  BrokerRights() { owner.declare({.queue = "q"}); }

  BrokerWorld world = {};
  Peer owner = world.open("owner");
};

TEST_F(BrokerRights, OfWhomNothingIsSaidAreAll) {
  world.broker.set_rights("somebody", {.configure = "", .write = "", .read = ""});
  owner.publish("q", "m1");
  owner.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre("owner got m1"));
}

TEST_F(BrokerRights, AreLookedForAnywhereInANameAndMayChange) {
  world.broker.set_rights("guest", {.read = "u|^q"});
  owner.consume("q");
  owner.cancel();
  world.broker.set_rights("guest", {.read = ""});
  owner.consume("q");
  EXPECT_THAT(world.heard(), ElementsAre(HasSubstr("access to queue 'q' in vhost '/' refused for "
                                                   "user 'guest'")));
}

TEST_F(BrokerRights, ARightThatIsNoRegularExpressionIsNamed) {
  try {
    world.broker.set_rights("guest", {.write = "("});
    FAIL() << "it is taken";
  } catch (const std::invalid_argument& error) {
    EXPECT_THAT(error.what(),
                ::testing::StartsWith("The right to write: \"(\" is no regular expression"));
  }
}

}  // namespace
}  // namespace castaway::sim
