#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/check/history.h"

#include "history_builder_for_test.h"
#include "jsonl_for_test.h"

namespace castaway::check {
namespace {

History three_operations() {
  HistoryBuilder h;
  h.history.seed = 7;
  h.history.profile = "classic";
  h.history.ending = Ending::limit;
  h.history.actors[h.history.intern("s9")] = {.kind = ActorKind::server};
  h.at(5ms).invoke("c1/main", "a", call, 5s, {.method = "add", .topic = "ledger"});
  h.invoke("c1/main", "b", cast, {}, {.method = "drop", .topic = "ledger"});
  const EventIndex delivery = h.deliver("s1", "b");
  h.execute("s1", "b", {.method = "drop", .cause = delivery});
  h.returned("c1", "a", {.cause = 0});
  return std::move(h.history);
}

TEST(HistoryTail, HoldsTheLastEventsAndWhatIsKnownOfTheRun) {
  EXPECT_EQ(written(three_operations().tail(3)),
            R"({"castaway-history":2,"events":3,"ending":"limit","from":7000000,"seed":7,)"
            R"("profile":"classic"})"
            "\n"
            R"({"actor":"s9","is":"server"})"
            "\n"
            R"({"at":7000000,"kind":"deliver","actor":"s1","op":"b"})"
            "\n"
            R"({"at":8000000,"kind":"execute","actor":"s1","op":"b","method":"drop","cause":0})"
            "\n"
            R"({"at":9000000,"kind":"return","actor":"c1","op":"a"})"
            "\n");
}

TEST(HistoryTail, HoldsOnlyTheTextsThatItNeeds) {
  // "", the actor s9; s1, b and drop; c1 and a.
  EXPECT_EQ(three_operations().tail(3).symbols(), 7U);
}

TEST(HistoryTail, OfAtLeastAllEventsIsTheHistory) {
  const History history = three_operations();
  for (const std::size_t n : {5U, 6U, 1000U}) {
    EXPECT_EQ(written(history.tail(n)), written(history));
    EXPECT_EQ(history.tail(n).hash(), history.hash());
  }
  EXPECT_FALSE(history.tail(5).begins_late());
}

TEST(HistoryTail, OfNoEventsBeginsWhereTheHistoryEnded) {
  const History empty = three_operations().tail(0);
  EXPECT_TRUE(empty.events().empty());
  EXPECT_EQ(empty.from, TimePoint(9ms));
}

TEST(HistoryTail, OfATailIsTheSameTail) {
  const History history = three_operations();
  EXPECT_EQ(written(history.tail(4).tail(2)), written(history.tail(2)));
}

TEST(HistoryTail, BeginsLateEvenWhereNoTimeHasPassed) {
  HistoryBuilder h;
  h.at(0s).invoke("c1/main", "a", call);
  h.at(0s).returned("c1", "a");
  EXPECT_EQ(h.history.tail(1).from, TimePoint(1ns));
}

TEST(HistoryTail, OfClocksThatAreOffWasObservedFromTheLatestThatIsLost) {
  HistoryBuilder h;
  h.history.skew = 3ms;
  h.at(9ms).deliver("s1", "a");
  h.at(7ms).invoke("c1/main", "a", call);
  EXPECT_EQ(h.history.tail(1).from, TimePoint(9ms));
}

/// Only events are hashed.
TEST(HistoryTail, HasTheHashOfItsEvents) {
  History history = three_operations().tail(2);
  const std::uint64_t hash = history.hash();
  history.from = {};
  EXPECT_EQ(history.hash(), hash);
  EXPECT_EQ(parsed(written(history)).hash(), hash);
}

}  // namespace
}  // namespace castaway::check
