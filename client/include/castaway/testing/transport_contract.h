#pragma once
// TransportContract: what the library relies on, asked of any Transport and the broker behind it.
//
//     struct MyWorld {
//       Runtime& runtime();
//       Transport& transport();
//       void run(const std::function<void()>& body);   // as a task, to its end
//     };
//     INSTANTIATE_TYPED_TEST_SUITE_P(MyTransport, TransportContract, MyWorld);
//
// Names are drawn for each test, so that a broker may serve many of them.

#include <algorithm>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/testing/transport_peer.h"

namespace castaway::testing {

template <class World>
class TransportContract : public ::testing::Test {
 protected:
  void in_task(const std::function<void()>& body) {
    bool ended = false;
    world_.run([&] {
      prefix_ = std::to_string(world_.runtime().random_bits("contract")) + "-";
      body();
      ended = true;
    });
    EXPECT_TRUE(ended) << "the world ended before the test did";
  }

  /// A connection that has opened.
  [[nodiscard]] std::unique_ptr<TransportPeer> open(Purpose purpose = Purpose::send) {
    auto peer = std::make_unique<TransportPeer>(world_.runtime(), world_.transport(), purpose);
    peer->await("opened");
    return peer;
  }

  [[nodiscard]] std::string name(const std::string& stem) const { return prefix_ + stem; }

  /// A queue that goes with whoever made it.
  [[nodiscard]] std::string make_queue(TransportPeer& peer, const std::string& stem = "queue") {
    const QueueDeclaration queue = {.queue = name(stem)};
    peer.await_completed(peer.with([&](Connection& c) { return c.declare_queue(queue); }));
    made_.push_back(queue.queue);
    return queue.queue;
  }

  /// Publishes to a queue, and waits until the broker has it.
  void put(TransportPeer& peer, const std::string& queue, const std::vector<std::string>& bodies) {
    peer.with([](Connection& c) { return c.confirm_select(); });
    std::uint64_t last = 0;
    for (const std::string& body : bodies) {
      last = peer.with([&](Connection& c) {
        return c.publish({.routing_key = queue, .message = {.body = body}});
      });
    }
    await_confirmed(peer, last);
  }

  /// Every tag up to `last`, each on its own or together with those before it.
  static void await_confirmed(TransportPeer& peer, std::uint64_t last) {
    const std::string exactly = "confirmed " + std::to_string(last);
    peer.await(exactly);
  }

  void consume(TransportPeer& peer, const std::string& queue, const std::string& tag = "c") {
    peer.await_completed(peer.with([&](Connection& c) { return c.consume(queue, tag); }));
  }

  /// Long enough for what should not come.
  void pause() { world_.runtime().sleep_until(world_.runtime().now() + 100ms); }

  /// Takes away what the test made.
  void clean_up() {
    const auto peer = open();
    RequestNumber last = 0;
    for (const std::string& queue : made_)
      last = peer->with([&](Connection& c) { return c.delete_queue(queue); });
    if (last > 0) peer->await_completed(last);
  }

  [[nodiscard]] static std::vector<std::string> bodies(TransportPeer& peer) {
    std::vector<std::string> bodies;
    for (const Delivery& delivery : peer.deliveries()) bodies.push_back(delivery.message.body);
    return bodies;
  }

  World world_;
  std::string prefix_ = {};
  std::vector<std::string> made_ = {};
};

TYPED_TEST_SUITE_P(TransportContract);

TYPED_TEST_P(TransportContract, OpensAndClosesInOrder) {
  this->in_task([&] {
    const auto peer = this->open();
    peer->with([](Connection& c) { c.close(); });
    peer->await("closed");
    EXPECT_THAT(peer->heard(), ::testing::ElementsAre("opened", "closed 200 by us"));
  });
}

TYPED_TEST_P(TransportContract, CountsRequestsAndCompletesThemInOrder) {
  this->in_task([&] {
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->name("queue"), exchange = this->name("exchange");
    const ExchangeDeclaration declaration = {
        .exchange = exchange, .type = "fanout", .auto_delete = true};
    std::vector<RequestNumber> numbers;
    peer->with([&](Connection& c) {
      numbers = {c.declare_exchange(declaration)};
      numbers.push_back(c.declare_queue({.queue = queue}));
      numbers.push_back(c.bind_queue(queue, exchange, "key"));
      numbers.push_back(c.prefetch(3));
      numbers.push_back(c.consume(queue, "c"));
      numbers.push_back(c.confirm_select());
    });
    // RabbitMQ does not take well to a cancel before it has said that it consumes.
    peer->await("completed 6");
    peer->with([&](Connection& c) {
      numbers.push_back(c.cancel("c"));
      numbers.push_back(c.delete_queue(queue));
    });
    EXPECT_THAT(numbers, ::testing::ElementsAre(1, 2, 3, 4, 5, 6, 7, 8));
    peer->await("completed 8");
    std::vector<std::string> expected = {"opened"};
    for (int i = 1; i <= 8; ++i) expected.push_back("completed " + std::to_string(i));
    EXPECT_EQ(peer->heard(), expected);
  });
}

TYPED_TEST_P(TransportContract, ConfirmsEveryPublication) {
  this->in_task([&] {
    const auto peer = this->open();
    const std::string queue = this->make_queue(*peer);
    EXPECT_EQ((*peer)->sent_through(), 0U);
    this->put(*peer, queue, {"one", "two", "three"});
    EXPECT_EQ((*peer)->sent_through(), 3U);
    EXPECT_EQ(peer->count("refused"), 0U);
    this->clean_up();
  });
}

TYPED_TEST_P(TransportContract, ReturnsBeforeItConfirms) {
  this->in_task([&] {
    const auto peer = this->open();
    const std::string nowhere = this->name("nowhere");
    peer->with([&](Connection& c) {
      c.confirm_select();
      c.publish({.routing_key = nowhere, .mandatory = true, .message = {.body = "back"}});
      c.publish({.routing_key = nowhere, .message = {.body = "lost"}});
    });
    peer->await("confirmed 2");
    const std::vector<std::string> heard = peer->heard();
    EXPECT_EQ(peer->count("returned"), 1U);
    const auto returned =
        std::find(heard.begin(), heard.end(), "returned 312 " + nowhere + " back");
    ASSERT_NE(returned, heard.end());
    EXPECT_TRUE(std::none_of(heard.begin(), returned, [](const std::string& line) {
      return line.starts_with("confirmed");
    }));
  });
}

TYPED_TEST_P(TransportContract, DeliversInOrder) {
  this->in_task([&] {
    const auto sender = this->open();
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*sender);
    this->consume(*peer, queue);
    std::vector<std::string> sent;
    for (int i = 0; i < 200; ++i) sent.push_back(std::to_string(i));
    this->put(*sender, queue, sent);
    peer->await("delivered c", 200);
    EXPECT_EQ(this->bodies(*peer), sent);
    std::uint64_t tag = 0;
    for (const Delivery& delivery : peer->deliveries()) EXPECT_EQ(delivery.delivery_tag, ++tag);
    this->clean_up();
  });
}

TYPED_TEST_P(TransportContract, DeliversMessagesAsTheyWere) {
  this->in_task([&] {
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*peer);
    this->consume(*peer, queue);
    std::string bytes;
    for (int i = 0; i < 300'000; ++i) bytes.push_back(static_cast<char>(i * 31));
    const std::vector<Message> messages = {
        {},
        {.properties = {.content_type = "application/json",
                        .content_encoding = "utf-8",
                        .headers = {{"text", "t"},
                                    {"yes", true},
                                    {"number", std::int64_t{-7}},
                                    {"large", std::int64_t{1} << 40}},
                        .delivery_mode = std::uint8_t{2},
                        .priority = std::uint8_t{0},
                        .expiration = "60000"},
         .body = bytes}};
    for (const Message& message : messages) {
      peer->with(
          [&](Connection& c) { return c.publish({.routing_key = queue, .message = message}); });
    }
    peer->await("delivered c", 2);
    const std::vector<Delivery> deliveries = peer->deliveries();
    ASSERT_EQ(deliveries.size(), 2U);
    for (std::size_t i = 0; i < 2; ++i) {
      EXPECT_EQ(deliveries[i].message.properties, messages[i].properties);
      EXPECT_TRUE(deliveries[i].message.body == messages[i].body);
      EXPECT_EQ(deliveries[i].exchange, "");
      EXPECT_EQ(deliveries[i].routing_key, queue);
    }
    this->clean_up();
  });
}

TYPED_TEST_P(TransportContract, RoutesByTopicAndFansOut) {
  this->in_task([&] {
    const auto peer = this->open(Purpose::listen);
    const std::string one = this->make_queue(*peer, "one"), two = this->make_queue(*peer, "two");
    const std::string topic = this->name("topic"), fanout = this->name("fanout");
    peer->with([&](Connection& c) {
      c.declare_exchange({.exchange = topic, .type = "topic", .auto_delete = true});
      c.declare_exchange({.exchange = fanout, .type = "fanout", .auto_delete = true});
      for (const std::string& queue : {one, two}) {
        c.bind_queue(queue, topic, queue);
        c.bind_queue(queue, fanout, "any");
      }
      c.consume(one, "one");
      c.consume(two, "two");
      c.publish({.exchange = topic, .routing_key = one, .message = {.body = "to one"}});
      c.publish({.exchange = topic, .routing_key = "none", .message = {.body = "to none"}});
      c.publish({.exchange = fanout, .message = {.body = "to both"}});
    });
    peer->await("delivered two to both");
    peer->await("delivered one to both");
    EXPECT_EQ(peer->count("delivered"), 3U);
    EXPECT_EQ(peer->count("delivered one to one"), 1U);
    this->clean_up();
  });
}

TYPED_TEST_P(TransportContract, DeliversNothingMoreOnceACancelIsCompleted) {
  this->in_task([&] {
    const auto sender = this->open();
    const auto peer = this->open(Purpose::listen);
    const std::string queue = this->make_queue(*sender);
    this->consume(*peer, queue);
    this->put(*sender, queue, {"before"});
    peer->await("delivered c before");
    peer->await_completed(peer->with([](Connection& c) { return c.cancel("c"); }));
    this->put(*sender, queue, {"after"});
    this->pause();
    EXPECT_EQ(peer->count("delivered"), 1U);
    EXPECT_EQ(peer->count("cancelled"), 0U);
    this->clean_up();
  });
}

TYPED_TEST_P(TransportContract, SaysThatAConsumerIsGoneWithItsQueue) {
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

TYPED_TEST_P(TransportContract, ClosesWith404ForWhatIsNotThere) {
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

TYPED_TEST_P(TransportContract, ClosesWith406ForAnotherDeclarationOfTheSame) {
  this->in_task([&] {
    const auto peer = this->open();
    const std::string queue = this->make_queue(*peer);
    peer->with(
        [&](Connection& c) { return c.declare_queue({.queue = queue, .auto_delete = true}); });
    peer->await("closed 406");
    this->clean_up();
  });
}

TYPED_TEST_P(TransportContract, DoesNothingOnceClosedButCountsOn) {
  this->in_task([&] {
    const auto peer = this->open();
    const std::string queue = this->make_queue(*peer);
    peer->with([](Connection& c) { c.close(); });
    peer->await("closed 200 by us");
    const auto numbers = peer->with([&](Connection& c) {
      c.acknowledge(1);
      c.reject(1, true);
      c.close();
      const RequestNumber request = c.declare_queue({.queue = queue});
      const std::uint64_t tag = c.publish({.routing_key = queue});
      return std::pair(request, tag);
    });
    EXPECT_EQ(numbers, (std::pair<RequestNumber, std::uint64_t>(2, 1)));
    EXPECT_EQ((*peer)->sent_through(), 0U);
    this->pause();
    EXPECT_EQ(peer->heard().back(), "closed 200 by us");
    this->clean_up();
  });
}

TYPED_TEST_P(TransportContract, KeepsToThePrefetch) {
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

TYPED_TEST_P(TransportContract, RedeliversWhatIsRequeuedAndNothingElse) {
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

TYPED_TEST_P(TransportContract, GivesBackWhatADestroyedConnectionHadNotAcknowledged) {
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

TYPED_TEST_P(TransportContract, ACompletedRequestProvesTheAcknowledgementBeforeIt) {
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

TYPED_TEST_P(TransportContract, DestroyingIsSilentWhateverIsUnderWay) {
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

TYPED_TEST_P(TransportContract, AHandlerMayDestroyItsOwnConnection) {
  this->in_task([&] {
    const auto sender = this->open();
    const std::string queue = this->make_queue(*sender);
    const auto peer = this->open(Purpose::listen);
    peer->on_delivery([&] { peer->destroy(); });
    this->put(*sender, queue, {"1", "2", "3"});
    peer->with([&](Connection& c) { return c.consume(queue, "c"); });
    peer->await("delivered c");
    this->pause();
    EXPECT_EQ(peer->count("delivered"), 1U);
    this->clean_up();
  });
}

REGISTER_TYPED_TEST_SUITE_P(TransportContract, OpensAndClosesInOrder,
                            CountsRequestsAndCompletesThemInOrder, ConfirmsEveryPublication,
                            ReturnsBeforeItConfirms, DeliversInOrder, DeliversMessagesAsTheyWere,
                            RoutesByTopicAndFansOut, DeliversNothingMoreOnceACancelIsCompleted,
                            SaysThatAConsumerIsGoneWithItsQueue, ClosesWith404ForWhatIsNotThere,
                            ClosesWith406ForAnotherDeclarationOfTheSame,
                            DoesNothingOnceClosedButCountsOn, KeepsToThePrefetch,
                            RedeliversWhatIsRequeuedAndNothingElse,
                            GivesBackWhatADestroyedConnectionHadNotAcknowledged,
                            ACompletedRequestProvesTheAcknowledgementBeforeIt,
                            DestroyingIsSilentWhateverIsUnderWay,
                            AHandlerMayDestroyItsOwnConnection);

}  // namespace castaway::testing
