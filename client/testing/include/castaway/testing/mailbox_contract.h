#pragma once
// MailboxContract: tests a Mailbox between the tasks of any Runtime. Instantiate it with a world as
// RuntimeContract has it.

#include <deque>
#include <optional>
#include <set>

#include <gtest/gtest.h>

#include "castaway/guarded.h"
#include "castaway/mailbox.h"
#include "castaway/testing/runtime_contract.h"

namespace castaway::testing {

template <class World>
class MailboxContract : public RuntimeContract<World> {};

TYPED_TEST_SUITE_P(MailboxContract);

TYPED_TEST_P(MailboxContract, KeepsTheOrder) {
  this->in_task([](Runtime& runtime) {
    Mailbox<int> mailbox(runtime, "numbers");
    for (int i = 0; i < 5; ++i) EXPECT_TRUE(mailbox.put(i));
    EXPECT_EQ(mailbox.take(), 0);
    EXPECT_EQ(mailbox.take(), 1);
    EXPECT_EQ(mailbox.take_all(), (std::deque<int>{2, 3, 4}));
    EXPECT_EQ(mailbox.take_all(), std::deque<int>{});
  });
}

TYPED_TEST_P(MailboxContract, GivesUpAtTheDeadlineAndNotBefore) {
  this->in_task([](Runtime& runtime) {
    Mailbox<int> mailbox(runtime, "numbers");
    const TimePoint deadline = runtime.now() + short_while;
    EXPECT_EQ(mailbox.take(deadline), std::nullopt);
    EXPECT_GE(runtime.now(), deadline);
    mailbox.put(1);
    EXPECT_EQ(mailbox.take(deadline), 1);  // what is there needs no waiting
  });
}

TYPED_TEST_P(MailboxContract, OnceClosedGivesWhatItHasAndTakesNoMore) {
  this->in_task([](Runtime& runtime) {
    Mailbox<int> mailbox(runtime, "numbers");
    mailbox.put(1);
    mailbox.close();
    EXPECT_FALSE(mailbox.put(2));
    EXPECT_EQ(mailbox.take(), 1);
    EXPECT_EQ(mailbox.take(), std::nullopt);
  });
}

TYPED_TEST_P(MailboxContract, WakesItsTakersWhenItIsClosed) {
  this->in_task([](Runtime& runtime) {
    Mailbox<int> mailbox(runtime, "numbers");
    auto takers =
        TestFixture::spawn_many(runtime, 3, [&] { EXPECT_EQ(mailbox.take(), std::nullopt); });
    runtime.sleep_until(runtime.now() + short_while);
    mailbox.close();
  });
}

TYPED_TEST_P(MailboxContract, GivesEachItemToOneOfManyTakers) {
  this->in_task([](Runtime& runtime) {
    constexpr int each = 100;
    Mailbox<int> mailbox(runtime, "numbers");
    Guarded<std::multiset<int>> taken(runtime, "taken");
    auto takers = TestFixture::spawn_many(runtime, 3, [&] {
      while (const std::optional<int> item = mailbox.take()) taken.lock()->insert(*item);
    });
    Guarded<int> next(runtime, "next", 0);
    auto putters = TestFixture::spawn_many(runtime, 4, [&] {
      for (int i = 0; i < each; ++i) {
        const int item = (*next.lock())++;
        EXPECT_TRUE(mailbox.put(item));
      }
    });
    putters.clear();
    mailbox.close();
    takers.clear();
    std::multiset<int> expected;
    for (int i = 0; i < 4 * each; ++i) expected.insert(i);
    EXPECT_EQ(*taken.lock(), expected);
  });
}

REGISTER_TYPED_TEST_SUITE_P(MailboxContract, KeepsTheOrder, GivesUpAtTheDeadlineAndNotBefore,
                            OnceClosedGivesWhatItHasAndTakesNoMore, WakesItsTakersWhenItIsClosed,
                            GivesEachItemToOneOfManyTakers);

}  // namespace castaway::testing
