#include "subjects.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/topology.h"

namespace castaway::nats {
namespace {

using testing::ElementsAre;

/// What a publisher and a consumer that share nothing make of the same topology.
Subjects with(const std::vector<Consumption>& queues) {
  Subjects subjects;
  for (const Consumption& queue : queues) {
    if (queue.exchange) subjects.declare(*queue.exchange);
    subjects.declare(queue.queue);
    if (queue.exchange)
      subjects.bind(queue.queue.queue, queue.exchange->exchange, queue.routing_key);
  }
  return subjects;
}

std::string subject_of(const Address& address) {
  Subjects subjects;
  subjects.declare(address.exchange);
  return subjects.of_publication(address.exchange.exchange, address.routing_key);
}

/// What `act` throws.
template <class Act>
std::string refusal(Act act) {
  Subjects subjects;
  subjects.declare({.exchange = "topics"});
  subjects.declare(QueueDeclaration{.queue = "queue"});
  try {
    act(subjects);
  } catch (const Refused& refused) {
    return std::to_string(refused.code()) + " " + refused.what();
  }
  return "nothing";
}

TEST(Subjects, AreWhereConsumersOfAServersQueuesListen) {
  const Topology topology(TopologyPolicy::oslo, {}, "openstack");
  const Subjects subjects =
      with(topology.server_queues({.topic = "compute", .server = "host-1"}, "f00"));
  EXPECT_THAT(subjects.of_queue("compute"),
              ElementsAre("castaway.queue.compute", "castaway.topic.openstack.compute"));
  EXPECT_THAT(
      subjects.of_queue("compute.host-1"),
      ElementsAre("castaway.queue.compute%2Ehost-1", "castaway.topic.openstack.compute%2Ehost-1"));
  EXPECT_THAT(subjects.of_queue("compute_fanout_f00"),
              ElementsAre("castaway.fanout.compute_fanout", "castaway.queue.compute_fanout_f00"));
}

TEST(Subjects, OfAPublisherAreThoseOfTheConsumers) {
  for (const TopologyPolicy policy : {TopologyPolicy::oslo, TopologyPolicy::isolated}) {
    const Topology topology(policy, {}, "openstack");
    for (Target target :
         {Target{.topic = "t", .server = "s"}, Target{.topic = "a.b", .server = "*"}}) {
      if (policy == TopologyPolicy::oslo && target.server == "*") continue;  // a wildcard there
      const std::vector<Consumption> queues = topology.server_queues(target, "f00");
      const Subjects consumer = with(queues);
      const auto meet = [&](const Consumption& queue, const Address& address) {
        EXPECT_TRUE(consumer.of_queue(queue.queue.queue).contains(subject_of(address)))
            << to_string(target);
      };
      meet(queues.at(1), topology.address_of(target));
      target.server.clear();
      meet(queues.at(0), topology.address_of(target));
      target.fanout = true;
      meet(queues.at(2), topology.address_of(target));
    }
  }
}

TEST(Subjects, OfAReplyAreTheQueueAlone) {
  const Topology topology(TopologyPolicy::oslo, {}, "openstack");
  const Subjects caller = with({topology.reply_queue("reply_1")});
  EXPECT_THAT(caller.of_queue("reply_1"), ElementsAre(Subjects().of_publication("", "reply_1")));
}

TEST(Subjects, RefuseWhatCoreNatsHasNot) {
  EXPECT_EQ(
      refusal([](Subjects& s) { s.declare(QueueDeclaration{.queue = "q", .durable = true}); }),
      "540 NOT_IMPLEMENTED - core NATS has no durable queue 'q'");
  EXPECT_EQ(
      refusal([](Subjects& s) { s.declare(QueueDeclaration{.queue = "q", .exclusive = true}); }),
      "540 NOT_IMPLEMENTED - core NATS has no exclusive queue 'q'");
  EXPECT_EQ(refusal([](Subjects& s) {
              s.declare(QueueDeclaration{.queue = "q", .arguments = {{"x-max-length", 1}}});
            }),
            "540 NOT_IMPLEMENTED - core NATS has no x-max-length, asked for by queue 'q'");
  EXPECT_EQ(refusal([](Subjects& s) { s.declare({.exchange = "e", .type = "headers"}); }),
            "540 NOT_IMPLEMENTED - core NATS has no type 'headers': exchange 'e'");
  EXPECT_EQ(refusal([](Subjects& s) { s.declare({.exchange = "e", .durable = true}); }),
            "540 NOT_IMPLEMENTED - core NATS has no durable exchange 'e'");
  EXPECT_EQ(refusal([](Subjects& s) { s.declare({.exchange = "e", .internal = true}); }),
            "540 NOT_IMPLEMENTED - core NATS has no internal exchange 'e'");
  EXPECT_EQ(refusal([](Subjects& s) {
              s.declare({.exchange = "e", .arguments = {{"alternate-exchange", "a"}}});
            }),
            "540 NOT_IMPLEMENTED - core NATS has no arguments for exchange 'e'");
  EXPECT_EQ(refusal([](Subjects& s) { s.bind("queue", "topics", "all.*"); }),
            "540 NOT_IMPLEMENTED - core NATS has no wildcards like those of 'all.*'");
  EXPECT_EQ(refusal([](Subjects& s) { s.bind("queue", "", "key"); }),
            "540 NOT_IMPLEMENTED - core NATS has no bindings to the default exchange");
}

TEST(Subjects, RefuseWhatTheConnectionDidNotDeclare) {
  EXPECT_EQ(refusal([](Subjects& s) { static_cast<void>(s.of_publication("e", "key")); }),
            "404 NOT_FOUND - not declared on this connection: exchange 'e'");
  EXPECT_EQ(refusal([](Subjects& s) { s.bind("q", "topics", "key"); }),
            "404 NOT_FOUND - not declared on this connection: queue 'q'");
  EXPECT_EQ(refusal([](Subjects& s) { s.declare({.exchange = "e", .passive = true}); }),
            "404 NOT_FOUND - not declared on this connection: exchange 'e'");
  EXPECT_EQ(
      refusal([](Subjects& s) { s.declare(QueueDeclaration{.queue = "q", .passive = true}); }),
      "404 NOT_FOUND - not declared on this connection: queue 'q'");
  EXPECT_EQ(
      refusal([](Subjects& s) { s.declare(QueueDeclaration{.queue = "queue", .passive = true}); }),
      "nothing");
}

}  // namespace
}  // namespace castaway::nats
