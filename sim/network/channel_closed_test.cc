// What a history says of a channel that the broker closes: the connection lives on.

#include <string>

#include <gtest/gtest.h>

#include "network_world_fixture.h"

namespace castaway::sim {
namespace {

TEST(ChannelClosed, IsRecordedAsThatAndTheConnectionIsNotLost) {
  NetworkWorld world;
  NetworkPeer peer(world, "p");
  world.run();
  peer.say(amqp::QueueDeclare{.queue = "nobody", .passive = true});
  world.run();
  const check::History& history = world.recorder().history();
  const check::Event closed = history.events().back();
  EXPECT_EQ(closed.kind, check::EventKind::link);
  EXPECT_EQ(closed.detail, check::Detail::channel_closed);
  EXPECT_EQ(check::detail_in_words(history, closed),
            "p lost a channel: NOT_FOUND - no queue 'nobody' in vhost '/'");
  EXPECT_EQ(world.network().known_links(), 1U);
}

}  // namespace
}  // namespace castaway::sim
