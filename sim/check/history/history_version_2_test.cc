// What version 2 of the format brought: actors, attempts, and details that are checked.

#include <string>
#include <string_view>

#include <gtest/gtest.h>

#include "castaway/check/history.h"

#include "history_builder_for_test.h"
#include "jsonl_for_test.h"

namespace castaway::check {
namespace {

TEST(WriteHistory, WritesWhatIsKnownOfActorsAndOfTheObservation) {
  HistoryBuilder h;
  h.history.until = TimePoint(9s);
  h.history.skew = 1ms;
  h.history.subject = "oslo.messaging 14.0.3";
  h.history.schedule = "chaos";
  h.history.wire = true;
  h.history.actors[h.history.intern("s1")] = {.kind = ActorKind::server, .skew = 2ms};
  h.history.actors[h.history.intern("c1")] = {.kind = ActorKind::client};
  h.execute("s1", "ping");
  const std::string text = written(h.history);
  EXPECT_EQ(text,
            R"({"castaway-history":2,"events":1,"ending":"quiescent","until":9000000000,)"
            R"("skew":1000000,"wire":true,"subject":"oslo.messaging 14.0.3","schedule":"chaos"})"
            "\n"
            R"({"actor":"s1","is":"server","skew":2000000})"
            "\n"
            R"({"actor":"c1","is":"client"})"
            "\n"
            R"({"at":0,"kind":"execute","actor":"s1","op":"ping"})"
            "\n");
  const History back = parsed(text);
  EXPECT_EQ(back.actors, h.history.actors);
  EXPECT_EQ(back.schedule, "chaos");
  EXPECT_TRUE(back.wire);
  EXPECT_EQ(written(back), text);
}

TEST(ReadHistory, TakesASecondInvokeForAFurtherAttempt) {
  const std::string attempt = R"({"at":0,"kind":"invoke","op":"pay","attempt":)";
  const History history =
      parsed(std::string(head) + attempt + "1}\n" + attempt + "2}\n" + attempt + "5}\n");
  EXPECT_EQ(history[2].attempt, 5U);
  EXPECT_EQ(complaint(std::string(head) + attempt + "2}\n" + attempt + "2}\n"),
            "h.jsonl:3:25: \"op\": event 0 invoked \"pay\" already; each operation has an \"op\" "
            "of its own, "
            "and if an application means to ask again for the same one, it gives each invoke a "
            "higher \"attempt\"");
}

TEST(ReadHistory, NamesTheDetailsThatAKindMayHave) {
  EXPECT_EQ(
      event_complaint(R"({"at":0,"kind":"process","detail":"killd"})"),
      "h.jsonl:3:26: \"detail\": there is no \"killd\"; did you mean \"killed\"? The words are "
      "started, serving, stopping, stopped, killed, paused, resumed, down, up again, forgot "
      "acks, blocks publishers, queue deleted, reply queue deleted, drained, queue "
      "expired, closing, queue purged, binding lost, node down and node up");
  EXPECT_EQ(event_complaint(R"({"at":0,"detail":"zzz","kind":"settle"})"),
            "h.jsonl:3:9: \"detail\": expected one of ack, requeue or reject, found \"zzz\"");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"execute","detail":"slow"})"),
            "h.jsonl:3:26: \"detail\": an event of kind \"execute\" has none");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","length":1.5})"),
            "h.jsonl:3:23: \"length\": expected nanoseconds from 0 to 9223372036854775807, or text "
            "with a unit as in \"250ms\", found "
            "1.5");
  EXPECT_EQ(event_complaint(R"({"at":0,"kind":"note","length":-9223372036854775809})"),
            "h.jsonl:3:23: \"length\": expected nanoseconds from 0 to 9223372036854775807, or text "
            "with a unit as in \"250ms\", found "
            "-9223372036854775809");
}

TEST(ReadHistory, NamesWhatRetryMayBe) {
  EXPECT_EQ(
      event_complaint(R"({"at":0,"kind":"invoke","retry":"twice"})"),
      "h.jsonl:3:25: \"retry\": expected a number from 0 to 2147483647, or -1 for ever, found "
      "\"twice\"");
  EXPECT_EQ(
      event_complaint(R"({"at":0,"kind":"invoke","retry":2147483648})"),
      "h.jsonl:3:25: \"retry\": expected a number from 0 to 2147483647, or -1 for ever, found "
      "2147483648");
  EXPECT_EQ(
      event_complaint(R"({"at":0,"kind":"invoke","retry":-2})"),
      "h.jsonl:3:25: \"retry\": expected a number from 0 to 2147483647, or -1 for ever, found "
      "-2");
}

TEST(ReadHistory, NamesWhatIsWrongWithTheLineOfAnActor) {
  const auto complaint_of = [](std::string_view line) {
    return complaint(std::string(head) + std::string(line) + "\n");
  };
  EXPECT_EQ(complaint_of(R"({"is":"server"})"),
            "h.jsonl:2:1: expected the key \"actor\" in the line of an actor");
  EXPECT_EQ(complaint_of(R"({"actor":"s1","is":"servr"})"),
            "h.jsonl:2:15: \"is\": there is no \"servr\"; did you mean \"server\"? The words are "
            "unknown, client, server, broker, rule and other");
  EXPECT_EQ(complaint_of(R"({"actor":"","is":"server"})"),
            "h.jsonl:2:2: \"actor\": expected a name, found \"\"");
  EXPECT_EQ(
      complaint_of(R"({"actor":"s1","is":"server","at":0})"),
      "h.jsonl:2:29: unknown key \"at\"; the keys of the line of an actor are actor, is and skew");
}

}  // namespace
}  // namespace castaway::check
