#pragma once
// QueueContract: tests what happens to queues and the messages in them, for any Transport whose
// broker keeps messages until they are acknowledged. Instantiate it with a world as
// TransportContract has it. A transport without "durable", "prefetch", "requeue" or "ttl"
// (capabilities.h) need not pass it.

#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/testing/burst.h"
#include "castaway/testing/settler.h"
#include "castaway/testing/transport_fixture.h"

namespace castaway::testing {

template <class World>
class QueueContract : public TransportFixture<World> {};

TYPED_TEST_SUITE_P(QueueContract);

TYPED_TEST_P(QueueContract, SaysThatAConsumerIsGoneWithItsQueue) {
  this->in_task([&] {
    const auto other = this->open();
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*other);
    this->consume(*peer, queue, "tag");
    other->with([&](Connection& c) { return c.delete_queue(queue); });
    peer->await("cancelled tag");
    EXPECT_EQ(peer->count("closed"), 0U);
  });
}

TYPED_TEST_P(QueueContract, ClosesWith404ForWhatIsNotThere) {
  this->in_task([&] {
    const auto asks = this->open();
    asks->with([&](Connection& c) {
      return c.declare_queue({.queue = this->name("nothing"), .passive = true});
    });
    asks->await("closed");
    EXPECT_THAT(asks->heard(), ::testing::ElementsAre("opened", "closed 404"));
    EXPECT_FALSE(asks->why_closed().text.empty());
    const auto publishes = this->open();
    publishes->with([&](Connection& c) {
      return c.publish({.exchange = this->name("nothing"), .routing_key = "key"});
    });
    publishes->await("closed");
    EXPECT_THAT(publishes->heard(), ::testing::ElementsAre("opened", "closed 404"));
  });
}

TYPED_TEST_P(QueueContract, ClosesWith406ForAnotherDeclarationOfTheSame) {
  this->in_task([&] {
    const auto peer = this->open();
    const std::string queue = this->make_queue(*peer);
    peer->with(
        [&](Connection& c) { return c.declare_queue({.queue = queue, .auto_delete = true}); });
    peer->await("closed 406");
    this->clean_up();
  });
}

TYPED_TEST_P(QueueContract, DestroyingIsSilentWhateverIsUnderWay) {
  this->in_task([&] {
    const auto sender = this->open();
    const std::string queue = this->make_queue(*sender);
    this->put(*sender, queue, std::vector<std::string>(200, "message"));
    for (std::size_t after = 0; after < 5; ++after) {
      const auto peer = this->open(Purpose::listen);
      peer->with([&](Connection& c) { return c.consume(queue, "c"); });
      if (after > 0) peer->await("completed 1");
      if (after > 1) peer->await("redelivered c", after);
      peer->destroy();
      const std::size_t heard = peer->heard().size();
      this->pause();
      EXPECT_EQ(peer->heard().size(), heard);
    }
    { const TransportPeer opening(this->world_.runtime(), this->world_.transport()); }
    this->clean_up();
  });
}

TYPED_TEST_P(QueueContract, KeepsToThePrefetch) {
  this->in_task([&] {
    const auto sender = this->open();
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*sender);
    this->put(*sender, queue, {"1", "2", "3", "4", "5"});
    peer->with([](Connection& c) { return c.prefetch(2); });
    this->consume(*peer, queue);
    peer->await("delivered c", 2);
    this->pause();
    EXPECT_EQ(peer->count("delivered"), 2U);
    peer->with([](Connection& c) { c.acknowledge(1); });
    peer->await("delivered c", 3);
    this->pause();
    EXPECT_EQ(peer->count("delivered"), 3U);
    peer->with([](Connection& c) { c.acknowledge(3, true); });
    peer->await("delivered c", 5);
    EXPECT_EQ(this->bodies(*peer), (std::vector<std::string>{"1", "2", "3", "4", "5"}));
    this->clean_up();
  });
}

TYPED_TEST_P(QueueContract, RedeliversWhatIsRequeuedAndNothingElse) {
  this->in_task([&] {
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*peer);
    this->consume(*peer, queue);
    this->put(*peer, queue, {"again", "never"});
    peer->await("delivered c", 2);
    peer->with([](Connection& c) {
      c.reject(2, false);
      c.reject(1, true);
    });
    peer->await("redelivered c again");
    this->pause();
    EXPECT_EQ(peer->deliveries().size(), 3U);
    this->clean_up();
  });
}

TYPED_TEST_P(QueueContract, GivesBackWhatADestroyedConnectionHadNotAcknowledged) {
  this->in_task([&] {
    const auto sender = this->open();
    const std::string queue = this->make_queue(*sender);
    this->put(*sender, queue, {"message"});
    {
      const auto peer = this->open(Purpose::listen);
      this->consume(*peer, queue);
      peer->await("delivered c message");
    }
    const auto next = this->open(Purpose::listen);
    this->consume(*next, queue);
    next->await("redelivered c message");
    this->clean_up();
  });
}

TYPED_TEST_P(QueueContract, ACompletedRequestProvesTheAcknowledgementBeforeIt) {
  this->in_task([&] {
    const auto sender = this->open();
    const std::string queue = this->make_queue(*sender);
    this->put(*sender, queue, {"first", "second"});
    {
      const auto peer = this->open(Purpose::listen);
      this->consume(*peer, queue);
      peer->await("delivered c", 2);
      peer->await_completed(peer->with([&](Connection& c) {
        c.acknowledge(1);
        return c.declare_queue({.queue = queue, .passive = true});
      }));
    }
    const auto next = this->open(Purpose::listen);
    this->consume(*next, queue);
    next->await("redelivered c second");
    EXPECT_EQ(next->deliveries().size(), 1U);
    this->clean_up();
  });
}

/// A reader settles a burst by dice, is gone halfway, and another reads on.
TYPED_TEST_P(QueueContract, SettlesEachMessageOfABurstAsItIsTold) {
  this->in_task([&] {
    for (std::uint64_t seed = 1; seed <= 4; ++seed) {
      SCOPED_TRACE("seed " + std::to_string(seed));
      const auto publisher = this->open();
      BurstSettings settings = {.seed = seed, .messages = 60};
      for (std::size_t i = 0; i < 3; ++i) {
        const std::string stem = "settled" + std::to_string(seed) + "-" + std::to_string(i);
        settings.queues.push_back(this->make_queue(*publisher, stem));
      }
      const std::vector<BurstMessage> messages = burst(settings);
      publisher->with([](Connection& c) { return c.confirm_select(); });
      for (const BurstMessage& message : messages)
        publisher->with([&](Connection& c) { return c.publish(message.publication); });
      this->expect_each_confirmed_once(*publisher, messages.size());

      Settler settler(seed, messages);
      for (const bool is_last : {false, true}) {
        const auto reader = this->open(Purpose::listen);
        reader->with([](Connection& c) { return c.prefetch(4); });
        for (std::size_t i = 0; i < settings.queues.size(); ++i)
          this->consume(*reader, settings.queues[i], "c" + std::to_string(i));
        settler.read(*reader, is_last ? messages.size() : messages.size() / 2);
        // What it has answered is proof that it has taken what was settled before.
        reader->await_completed(reader->with([&](Connection& c) {
          return c.declare_queue({.queue = settings.queues[0], .passive = true});
        }));
        this->pause();
        settler.lose(*reader);
        if (::testing::Test::HasFailure()) return;
      }
      const auto after = this->open(Purpose::listen);
      for (const std::string& queue : settings.queues) this->consume(*after, queue, queue);
      this->pause();
      EXPECT_EQ(this->bodies(*after), std::vector<std::string>()) << "were settled";
      this->clean_up();
    }
  });
}

TYPED_TEST_P(QueueContract, ExpiresWhatNobodyTakesInTime) {
  this->in_task([&] {
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*peer);
    for (const std::string expiration : {"20", "60000"}) {
      const Message message = {.properties = {.expiration = expiration}, .body = expiration};
      peer->with(
          [&](Connection& c) { return c.publish({.routing_key = queue, .message = message}); });
    }
    this->pause();
    this->pause();
    this->consume(*peer, queue);
    peer->await("delivered c 60000");
    EXPECT_EQ(this->bodies(*peer), std::vector<std::string>{"60000"});
    this->clean_up();
  });
}

REGISTER_TYPED_TEST_SUITE_P(QueueContract, SaysThatAConsumerIsGoneWithItsQueue,
                            ClosesWith404ForWhatIsNotThere,
                            ClosesWith406ForAnotherDeclarationOfTheSame,
                            DestroyingIsSilentWhateverIsUnderWay, KeepsToThePrefetch,
                            RedeliversWhatIsRequeuedAndNothingElse,
                            GivesBackWhatADestroyedConnectionHadNotAcknowledged,
                            ACompletedRequestProvesTheAcknowledgementBeforeIt,
                            SettlesEachMessageOfABurstAsItIsTold, ExpiresWhatNobodyTakesInTime);

}  // namespace castaway::testing
