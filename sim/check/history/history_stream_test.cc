// A history is written while it happens, and read event by event.

#include <sstream>
#include <stdexcept>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/check/history_reader.h"
#include "castaway/check/history_writer.h"

#include "history_builder_for_test.h"
#include "jsonl_for_test.h"

namespace castaway::check {
namespace {

using ::testing::StartsWith;

const std::string stream_head = "{\"castaway-history\":2,\"streamed\":true}\n";
const std::string event_line = "{\"at\":0,\"kind\":\"note\"}\n";

History small_history() {
  HistoryBuilder h;
  h.history.profile = "strict";
  h.history.actors[h.history.intern("s1")] = {.kind = ActorKind::server};
  const EventIndex invoke = h.invoke("c1/main", "a", call, 5s);
  const EventIndex delivery = h.deliver("s1", "a", {.cause = invoke});
  h.execute("s1", "a", {.cause = delivery});
  h.returned("c1", "a");
  h.history.ending = Ending::limit;
  h.history.until = TimePoint(9ms);
  return std::move(h.history);
}

/// As HistoryWriter writes it, with the last line if it is closed.
std::string streamed(const History& history, bool close) {
  std::ostringstream out;
  HistoryWriter writer(out, history);
  for (EventIndex i = 0; i < history.events().size(); ++i) writer.add(history, i);
  close ? writer.close(history) : writer.flush();
  return std::move(out).str();
}

std::string closed(const History& history) { return streamed(history, true); }

TEST(HistoryWriter, WritesWhatItKnowsWhenItKnowsIt) {
  EXPECT_EQ(closed(small_history()),
            R"({"castaway-history":2,"streamed":true,"profile":"strict"})"
            "\n"
            R"({"at":0,"kind":"invoke","actor":"c1","task":"c1/main","op":"a",)"
            R"("operation":"call","deadline":5000000000})"
            "\n"
            R"({"actor":"s1","is":"server"})"
            "\n"
            R"({"at":1000000,"kind":"deliver","actor":"s1","op":"a","cause":0})"
            "\n"
            R"({"at":2000000,"kind":"execute","actor":"s1","op":"a","cause":1})"
            "\n"
            R"({"at":3000000,"kind":"return","actor":"c1","op":"a"})"
            "\n"
            R"({"ending":"limit","until":9000000,"events":4})"
            "\n");
}

TEST(HistoryWriter, WritesWhatReadsAsTheSameHistory) {
  const History history = small_history();
  EXPECT_EQ(written(parsed(closed(history))), written(history));
  EXPECT_EQ(parsed(closed(history)).hash(), history.hash());
}

TEST(HistoryWriter, NumbersCausesAsInTheFileThoughTheHistoryIsATail) {
  const History whole = small_history();
  std::ostringstream out;
  HistoryWriter writer(out, whole);
  History kept;
  for (const Event& event : whole.events()) {
    Event next = event;
    for (Symbol* symbol : {&next.actor, &next.task, &next.op})
      *symbol = kept.intern(whole.text(*symbol));
    if (next.cause != no_event)
      next.cause -= static_cast<EventIndex>(writer.events() - kept.events().size());
    writer.add(kept, kept.add(next));
    if (kept.events().size() == 2) kept = kept.tail(1);
  }
  writer.close(whole);
  EXPECT_EQ(written(parsed(out.str())), written(whole));
}

TEST(HistoryWriter, LeavesACauseOutThatItDidNotWrite) {
  const History history = small_history();
  std::ostringstream out;
  HistoryWriter writer(out, history);
  writer.add(history, 1);
  writer.add(history, 2);
  writer.close(history);
  const History read = parsed(out.str());
  EXPECT_EQ(read[0].cause, no_event);
  EXPECT_EQ(read[1].cause, 0U);
}

TEST(HistoryWriter, LeavesAHistoryThatWasCutIfItIsNotClosed) {
  const History read = parsed(streamed(small_history(), false));
  EXPECT_EQ(read.ending, Ending::cut);
  EXPECT_EQ(read.until, never);
  EXPECT_EQ(read.hash(), small_history().hash());
}

TEST(HistoryWriter, FlushesWhenItGoes) {
  std::ostringstream out;
  { const HistoryWriter writer(out, Head{}); }
  EXPECT_EQ(out.str(), stream_head);
}

TEST(StreamedHistory, MayEndAnywhereIfItsProgramWasKilled) {
  const std::string text = closed(small_history());
  const std::size_t head_size = text.find('\n');
  for (std::size_t size = head_size; size < text.size() - 1; ++size) {
    const History read = parsed(text.substr(0, size));
    EXPECT_EQ(read.ending, Ending::cut) << text.substr(0, size);
  }
  EXPECT_EQ(parsed(text.substr(0, text.size() - 1)).ending, Ending::limit);
}

TEST(StreamedHistory, MayLackALineFeedAfterAWholeEvent) {
  EXPECT_EQ(parsed(stream_head + "{\"at\":0,\"kind\":\"note\"}").events().size(), 1U);
}

TEST(StreamedHistory, IsStrictInEveryOtherLine) {
  const std::string last = "{\"ending\":\"limit\",\"events\":1}\n";
  EXPECT_THAT(complaint(stream_head + "{\"at\":0,\n" + event_line), StartsWith("h.jsonl:2:"));
  EXPECT_THAT(complaint(stream_head + "{\"at\":0,\n"), StartsWith("h.jsonl:2:"));
  EXPECT_EQ(complaint(stream_head + "{\"at\":0}"),
            "h.jsonl:2:1: expected the key \"kind\" in the event");
  EXPECT_EQ(complaint(stream_head + event_line + last + event_line),
            "h.jsonl:4:1: expected the end of the file after the last line");
  EXPECT_THAT(complaint(stream_head + event_line + last + "{\"at\""), StartsWith("h.jsonl:4:"));
  EXPECT_EQ(complaint(stream_head + last),
            "h.jsonl:2:1: \"events\": expected 0, which came before it, found 1");
  EXPECT_EQ(complaint(stream_head + "{\"ending\":\"limit\"}\n"),
            "h.jsonl:2:1: expected the key \"events\" in the last line");
}

TEST(StreamedHistory, SaysHowItEndsInItsLastLine) {
  EXPECT_EQ(complaint("{\"castaway-history\":2,\"streamed\":true,\"ending\":\"limit\"}\n"),
            "h.jsonl:1:39: \"ending\": a streamed history says that in its last line");
}

TEST(AHistoryThatIsNotStreamed, HasNoLastLineAndNoHalfLine) {
  EXPECT_THAT(complaint(std::string(head) + "{\"ending\":\"limit\",\"events\":0}\n"),
              StartsWith("h.jsonl:2:2: unknown key \"ending\""));
  EXPECT_THAT(complaint(std::string(head) + "{\"at\":0"), StartsWith("h.jsonl:2:"));
}

TEST(HistoryReader, HoldsTheLastEventsOnly) {
  HistoryBuilder h;
  for (int i = 0; i < 100; ++i) h.invoke("c1/main", "op#" + std::to_string(i), cast);
  h.history.ending = Ending::limit;
  std::istringstream in(written(h.history));
  HistoryReader reader(in, "h.jsonl", 10);
  std::size_t most = 0;
  std::size_t events = 0;
  while (reader.next()) {
    const History& held = reader.history();
    most = std::max(most, held.events().size());
    EXPECT_EQ(held.text(held.events().back().op), "op#" + std::to_string(events++));
  }
  EXPECT_EQ(most, 20U);
  EXPECT_EQ(events, 100U);
  EXPECT_EQ(reader.events(), 100U);
  EXPECT_TRUE(reader.history().begins_late());
  EXPECT_EQ(reader.history().ending, Ending::limit);
}

TEST(HistoryReader, TellsLinesAndNumbersOfTheFile) {
  std::string text(head);
  for (int i = 0; i < 20; ++i) text += event_line;
  std::istringstream in(text + "{\"at\":0,\"kind\":\"note\",\"cause\":20}\n");
  HistoryReader reader(in, "h.jsonl", 2);
  try {
    while (reader.next()) {
    }
    FAIL() << "it read what it should not";
  } catch (const HistoryError& error) {
    EXPECT_STREQ(error.what(),
                 "h.jsonl:22:23: \"cause\": expected the number of an earlier event, below 20, "
                 "found 20");
  }
}

TEST(HistoryReader, HasToKeepAnEvent) {
  std::istringstream in{std::string(head)};
  EXPECT_THROW(HistoryReader(in, "h.jsonl", 0), std::invalid_argument);
}

}  // namespace
}  // namespace castaway::check
