#pragma once
// TransportContract: tests that a Transport, with the broker behind it, does what the library
// relies on. Instantiate it for yours:
//
//     struct MyWorld {
//       Runtime& runtime();
//       Transport& transport();
//       void run(const std::function<void()>& body);   // as a task, to its end
//     };
//     INSTANTIATE_TYPED_TEST_SUITE_P(MyTransport, TransportContract, MyWorld);
//
// Instantiate DeliveryContract (delivery_contract.h) too, and QueueContract (queue_contract.h) if
// your transport's capabilities promise it.
//
// Each test draws names of its own, so that one broker can serve many tests.

#include <algorithm>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/testing/transport_fixture.h"

namespace castaway::testing {

template <class World>
class TransportContract : public TransportFixture<World> {};

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

TYPED_TEST_P(TransportContract, AHandlerMayDestroyItsOwnConnection) {
  this->in_task([&] {
    const auto sender = this->open();
    const std::string queue = this->make_queue(*sender);
    const auto peer = this->open(Purpose::listen);
    peer->on_delivery([&] { peer->destroy(); });
    this->consume(*peer, queue);
    this->put(*sender, queue, {"1", "2", "3"});
    peer->await("delivered c");
    this->pause();
    EXPECT_EQ(peer->count("delivered"), 1U);
    this->clean_up();
  });
}

REGISTER_TYPED_TEST_SUITE_P(TransportContract, OpensAndClosesInOrder,
                            CountsRequestsAndCompletesThemInOrder, ConfirmsEveryPublication,
                            ReturnsBeforeItConfirms, DoesNothingOnceClosedButCountsOn,
                            AHandlerMayDestroyItsOwnConnection);

}  // namespace castaway::testing
