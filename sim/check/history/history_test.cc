#include "castaway/check/history.h"

#include <functional>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>

#include "history_builder_for_test.h"

namespace castaway::check {
namespace {

using ::testing::ElementsAre;

/// An event with all its fields, of texts that the history interns in the order given.
Event full_event(History& history, const std::vector<std::string>& order = {}) {
  for (const std::string& text : order) history.intern(text);
  Event event;
  event.at = TimePoint(1500ms);
  event.kind = EventKind::deliver;
  event.detail = Detail::paused;
  event.operation = OperationKind::call;
  event.effect = Effect::dispatched;
  event.redelivered = true;
  event.actor = history.intern("s1");
  event.task = history.intern("c1/main");
  event.op = history.intern("ping#0");
  event.method = history.intern("ping");
  event.topic = history.intern("compute");
  event.name = history.intern("main");
  event.text = history.intern("in words");
  event.copy = 2;
  event.cause = 0;
  event.digest = 0x123456789abcdef0;
  event.deadline = TimePoint(5s);
  event.length = 3s;
  return event;
}

std::uint64_t hash_of(const std::function<void(History&, Event&)>& change) {
  History history;
  history.add({});
  Event event = full_event(history);
  change(history, event);
  history.add(event);
  return history.hash();
}

TEST(History, GivesATextOneSymbol) {
  History history;
  const Symbol ping = history.intern("ping");
  EXPECT_EQ(history.intern("ping"), ping);
  EXPECT_NE(history.intern("pong"), ping);
  EXPECT_EQ(history.text(ping), "ping");
  EXPECT_EQ(history.symbols(), 3U);
}

TEST(History, KeepsSymbolZeroForWhatIsNotGiven) {
  History history;
  EXPECT_EQ(history.intern(""), 0U);
  EXPECT_EQ(history.text(0), "");
  EXPECT_EQ(history.symbols(), 1U);
}

TEST(History, FindsEachOfManyTexts) {
  History history;
  std::vector<Symbol> symbols;
  for (int i = 0; i < 5000; ++i) symbols.push_back(history.intern("ping#" + std::to_string(i)));
  for (int i = 0; i < 5000; ++i) {
    ASSERT_EQ(history.intern("ping#" + std::to_string(i)), symbols[static_cast<std::size_t>(i)]);
  }
  EXPECT_EQ(history.symbols(), 5001U);
}

TEST(History, KeepsTextsWhereTheyAreWhileItGrows) {
  History history;
  const std::string_view first = history.text(history.intern("first"));
  for (int i = 0; i < 1000; ++i) history.intern(std::to_string(i));
  EXPECT_EQ(first.data(), history.text(history.intern("first")).data());
}

TEST(History, MakesUTF8OfEveryText) {
  History history;
  const Symbol symbol = history.intern("caf\xc3\xa9 \xff!");
  EXPECT_EQ(history.text(symbol), "caf\xc3\xa9 \xef\xbf\xbd!");
  EXPECT_EQ(history.intern("caf\xc3\xa9 \xff!"), symbol);
  EXPECT_EQ(history.intern("caf\xc3\xa9 \xef\xbf\xbd!"), symbol);
}

TEST(History, IsCopiedWithItsTexts) {
  History copy;
  {
    History original;
    original.add({});
    original.add(full_event(original));
    copy = original;
    original.intern("only the original's");
  }
  EXPECT_EQ(copy.text(copy[1].op), "ping#0");
  EXPECT_EQ(copy.intern("ping#0"), copy[1].op);
  EXPECT_EQ(copy.text(copy.intern("new")), "new");
}

TEST(History, NumbersEventsFromZero) {
  HistoryBuilder h;
  EXPECT_EQ(h.note("first"), 0U);
  EXPECT_EQ(h.note("second"), 1U);
  EXPECT_EQ(h.history[1], h.history.events()[1]);
  EXPECT_EQ(h.history.text(h.history[1].text), "second");
}

TEST(History, RefusesSymbolsThatAreNotItsOwn) {
  History history;
  EXPECT_THROW(history.add({.actor = 1}), std::logic_error);
  EXPECT_THROW(history.add({.text = 7}), std::logic_error);
  EXPECT_TRUE(history.events().empty());
}

TEST(History, RefusesACauseThatIsNoEarlierEvent) {
  History history;
  EXPECT_THROW(history.add({.cause = 0}), std::logic_error);
  history.add({});
  EXPECT_NO_THROW(history.add({.cause = 0}));
  EXPECT_THROW(history.add({.cause = 2}), std::logic_error);
}

// These numbers must be the same with every compiler, at every optimization, on every machine.
TEST(HistoryHash, IsTheSameEverywhere) {
  History history;
  EXPECT_EQ(history.hash(), 0U);
  history.add({});
  EXPECT_EQ(history.hash(), 9090425366004318337U);
  history.add(full_event(history));
  EXPECT_EQ(history.hash(), 12624962852290515415U);
}

TEST(HistoryHash, DoesNotDependOnTheNumbersOfSymbols) {
  History one;
  one.add({});
  one.add(full_event(one));
  History other;
  other.add({});
  other.add(full_event(other, {"zebra", "compute", "s1"}));
  EXPECT_NE(one[1].op, other[1].op);
  EXPECT_EQ(one.hash(), other.hash());
}

TEST(HistoryHash, ChangesWithEachField) {
  const std::vector<std::function<void(History&, Event&)>> changes = {
      [](History&, Event&) {},
      [](History&, Event& event) { event.at += 1ns; },
      [](History&, Event& event) { event.kind = EventKind::settle; },
      [](History&, Event& event) { event.operation = OperationKind::cast; },
      [](History&, Event& event) { event.effect = Effect::none; },
      [](History&, Event& event) { event.redelivered = false; },
      [](History& history, Event& event) { event.actor = history.intern("s2"); },
      [](History& history, Event& event) { event.task = history.intern("c1/other"); },
      [](History& history, Event& event) { event.op = history.intern("ping#1"); },
      [](History& history, Event& event) { event.method = history.intern("pong"); },
      [](History& history, Event& event) { event.topic = history.intern("network"); },
      [](History& history, Event& event) { event.name = history.intern("other"); },
      [](History&, Event& event) { event.detail = Detail::stopped; },
      [](History&, Event& event) { event.length = 2s; },
      [](History&, Event& event) { event.monitor = 3s; },
      [](History&, Event& event) { event.retry = 0; },
      [](History&, Event& event) { event.retry = -1; },
      [](History&, Event& event) { event.attempt = 2; },
      [](History&, Event& event) { event.suspect = true; },
      [](History&, Event& event) { event.copy = 3; },
      [](History&, Event& event) { event.cause = no_event; },
      [](History&, Event& event) { event.digest ^= 1; },
      [](History&, Event& event) { event.deadline = never; },
      [](History&, Event& event) { std::swap(event.method, event.topic); },
      [](History&, Event& event) { event.actor = 0; },
  };
  std::vector<std::uint64_t> hashes;
  for (const auto& change : changes) hashes.push_back(hash_of(change));
  std::sort(hashes.begin(), hashes.end());
  EXPECT_EQ(std::unique(hashes.begin(), hashes.end()), hashes.end());
}

TEST(HistoryHash, DoesNotCoverWordsForPeople) {
  const auto same = [](History&, Event&) {};
  EXPECT_EQ(hash_of([](History& history, Event& event) { event.text = history.intern("else"); }),
            hash_of(same));
}

TEST(HistoryHash, ChangesWithTheOrderOfEvents) {
  HistoryBuilder one;
  one.at(0s).execute("s1", "a");
  one.at(0s).execute("s1", "b");
  HistoryBuilder other;
  other.at(0s).execute("s1", "b");
  other.at(0s).execute("s1", "a");
  EXPECT_NE(one.history.hash(), other.history.hash());
}

TEST(Digest, IsTheSameEverywhere) {
  EXPECT_EQ(digest(""), 1U);
  EXPECT_EQ(digest("a"), 14470577389371659699U);
  EXPECT_EQ(digest("{\"n\":1}"), 14895967028929959283U);
  EXPECT_EQ(digest("12345678"), 3262761189636814397U);
  EXPECT_EQ(digest("123456789"), 17114706392508974025U);
  EXPECT_EQ(digest(std::string_view("\0\xff\x80", 3)), 938692295219619905U);
}

TEST(Digest, TellsTextsApartThatDifferInZeroBytes) {
  EXPECT_NE(digest(""), digest(std::string_view("\0", 1)));
  EXPECT_NE(digest(std::string_view("\0", 1)), digest(std::string_view("\0\0", 2)));
  EXPECT_NE(digest(std::string(8, '\0')), digest(std::string(16, '\0')));
  EXPECT_NE(digest("a"), digest(std::string_view("a\0", 2)));
}

TEST(EventKind, HasAWordEach) {
  std::vector<std::string> words;
  for (int i = 0; i < event_kinds; ++i) words.emplace_back(to_string(static_cast<EventKind>(i)));
  EXPECT_THAT(words, ElementsAre("invoke", "publish", "accept", "confirm", "deliver", "settle",
                                 "execute", "done", "reply", "reply_accept", "reply_arrive",
                                 "return", "error", "timeout", "failure", "fault", "link",
                                 "process", "note", "residue", "inject", "refuse"));
}

TEST(EventKind, FourOfThemComplete) {
  std::vector<std::string> completions;
  for (int i = 0; i < event_kinds; ++i) {
    const auto kind = static_cast<EventKind>(i);
    if (is_completion(kind)) completions.emplace_back(to_string(kind));
  }
  EXPECT_THAT(completions, ElementsAre("return", "error", "timeout", "failure"));
}

TEST(Detail, HasAWordOfItsOwnInEachKind) {
  std::set<Detail> used;
  for (int i = 0; i < event_kinds; ++i) {
    const auto kind = static_cast<EventKind>(i);
    for (const Detail detail : details_of(kind)) {
      used.insert(detail);
      EXPECT_EQ(find_detail(kind, to_string(detail)), detail) << to_string(kind);
    }
    EXPECT_EQ(find_detail(kind, ""), std::nullopt);
    EXPECT_EQ(find_detail(kind, "killd"), std::nullopt);
  }
  EXPECT_EQ(used.size(), static_cast<std::size_t>(details - 1)) << "all but none belong somewhere";
}

TEST(Skew, IsTheSumOfBothClocksAndNothingWithinOne) {
  HistoryBuilder h;
  h.execute("s1", "a");
  h.execute("s2", "a");
  h.execute("s1", "b");
  EXPECT_EQ(h.history.skew_between(h.history[0], h.history[1]), 0s);
  h.history.skew = 2ms;
  h.history.actors[h.history.intern("s2")] = {.kind = ActorKind::server, .skew = 5ms};
  EXPECT_EQ(h.history.skew_between(h.history[0], h.history[1]), 7ms);
  EXPECT_EQ(h.history.skew_between(h.history[0], h.history[2]), 0s);
}

TEST(History, EndsWithItsObservationOrItsLastEvent) {
  HistoryBuilder h;
  EXPECT_EQ(h.history.end(), TimePoint());
  h.at(4s).execute("s1", "a");
  EXPECT_EQ(h.history.end(), TimePoint(4s));
  h.history.until = TimePoint(9s);
  EXPECT_EQ(h.history.end(), TimePoint(9s));
}

}  // namespace
}  // namespace castaway::check
