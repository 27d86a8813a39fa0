#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "castaway/check/verdict.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

using ::testing::ElementsAre;

std::vector<std::string> described(const HistoryBuilder& h) {
  std::vector<std::string> lines;
  for (EventIndex i = 0; i < h.history.events().size(); ++i)
    lines.push_back(describe(h.history, i));
  return lines;
}

TEST(Describe, TellsTheLifeOfACall) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping#0", call, 5s, {.method = "ping", .topic = "compute"});
  h.publish("c1", "ping#0");
  h.accept("ping#0");
  h.confirm("c1", "ping#0");
  h.deliver("s1", "ping#0");
  h.settle("s1", "ping#0", "ack");
  h.execute("s1", "ping#0");
  h.done("s1", "ping#0");
  h.reply("s1", "ping#0");
  h.reply_accept("ping#0");
  h.reply_arrive("c1", "ping#0");
  h.returned("c1", "ping#0");
  EXPECT_THAT(
      described(h),
      ElementsAre("0  0s  c1/main called ping#0, method ping on compute, until 5s",
                  "1  1ms  c1 published ping#0", "2  2ms  the broker accepted ping#0",
                  "3  3ms  the confirm of ping#0 reached c1",
                  "4  4ms  the broker handed ping#0 to s1",
                  "5  5ms  s1's ack of ping#0 reached the broker", "6  6ms  s1 executed ping#0",
                  "7  7ms  s1 finished ping#0", "8  8ms  s1 replied to ping#0",
                  "9  9ms  the broker accepted the reply to ping#0",
                  "10  10ms  the reply to ping#0 reached c1", "11  11ms  ping#0 returned to c1"));
}

TEST(Describe, TellsCopiesAndHowThingsEndBadly) {
  HistoryBuilder h;
  h.invoke("c1/main", "k", cast);
  h.invoke("c1/main", "news", fanout);
  h.at(1500us).publish("c1", "k", {.copy = 2});
  h.deliver("s1", "k", {.redelivered = true});
  h.deliver("s1", "k", {.copy = 2, .redelivered = true});
  h.execute("s1", "k", {.copy = 2});
  h.done("s1", "k", {.detail = "error", .copy = 2});
  h.error("c1", "k", {.detail = "ValueError"});
  h.timeout("c1", "k", {.effect = Effect::dispatched});
  h.failure("c1", "k", {.detail = "refused", .effect = Effect::none});
  EXPECT_THAT(
      described(h),
      ElementsAre("0  0s  c1/main cast k", "1  1ms  c1/main fanned out news",
                  "2  1.5ms  c1 published k (copy 2)",
                  "3  2.5ms  the broker handed k to s1 (flagged as redelivered)",
                  "4  3.5ms  the broker handed k to s1 (copy 2, flagged as redelivered)",
                  "5  4.5ms  s1 executed k (copy 2)", "6  5.5ms  s1 ended k with an error (copy 2)",
                  "7  6.5ms  k raised an error to c1: ValueError",
                  "8  7.5ms  k timed out at c1 (a server took it up)",
                  "9  8.5ms  k failed at c1 (no server executes it): refused"));
}

TEST(Describe, TellsWhatBelongsToNoOperation) {
  HistoryBuilder h;
  h.fault("echo-late", "k", "duplicate");
  h.fault("cut", "", "disconnect s1");
  h.link("s1", "closed");
  h.process("s1", "killed");
  h.note("faults end here");
  EXPECT_THAT(described(h), ElementsAre("0  0s  fault echo-late fired on k: duplicate",
                                        "1  1ms  fault cut fired: disconnect s1",
                                        "2  2ms  s1's connection: closed", "3  3ms  s1: killed",
                                        "4  4ms  faults end here"));
}

TEST(Describe, HasWordsForAnEventThatSaysNothing) {
  History history;
  for (int i = 0; i < event_kinds; ++i) history.add({.kind = static_cast<EventKind>(i)});
  std::vector<std::string> lines;
  for (EventIndex i = 0; i < history.events().size(); ++i) lines.push_back(describe(history, i));
  EXPECT_THAT(
      lines,
      ElementsAre("0  0s  a client asked for something", "1  0s  a client published something",
                  "2  0s  the broker accepted something",
                  "3  0s  the confirm of something reached its client",
                  "4  0s  the broker handed something to a server",
                  "5  0s  a server's settlement of something reached the broker",
                  "6  0s  a server executed something", "7  0s  a server finished something",
                  "8  0s  a server replied to something",
                  "9  0s  the broker accepted the reply to something",
                  "10  0s  the reply to something reached its client",
                  "11  0s  something returned to its client",
                  "12  0s  something raised an error to its client",
                  "13  0s  something timed out at its client (it may have been executed)",
                  "14  0s  something failed at its client (it may have been executed)",
                  "15  0s  fault without a name fired", "16  0s  somebody's connection",
                  "17  0s  a process", "18  0s  ", "19  0s  in the end, something: 0",
                  "20  0s  somebody made the message something by hand",
                  "21  0s  a server refused something"));
}

TEST(VerdictText, LinesUpEventsAndTimes) {
  HistoryBuilder h;
  for (int i = 0; i < 11; ++i) h.note("tick");
  const Verdict verdict{
      .law = "order",
      .judged = 2,
      .violations = {{.op = "a",
                      .what = "It broke.",
                      .steps = {{9, "first"}, {no_event, "meanwhile"}, {10, "then"}},
                      .law = "It must not."},
                     {.op = "b", .what = "It broke again.", .law = "It must not."}}};
  EXPECT_EQ(to_string(verdict, h.history),
            "order is violated twice (2 judged)\n"
            "\n"
            "It broke.\n"
            "  1  event  9   9ms  first\n"
            "  2                  meanwhile\n"
            "  3  event 10  10ms  then\n"
            "It must not.\n"
            "\n"
            "It broke again.\n"
            "It must not.\n");
}

TEST(Verdict, IsViolatedOrVacuousOrHolds) {
  const Verdict violated{.judged = 1, .violations = {{.op = "a"}}};
  const Verdict vacuous{};
  const Verdict holds{.judged = 1};
  EXPECT_TRUE(violated.violated() && !violated.vacuous() && !violated.holds());
  EXPECT_TRUE(!vacuous.violated() && vacuous.vacuous() && !vacuous.holds());
  EXPECT_TRUE(!holds.violated() && !holds.vacuous() && holds.holds());
}

}  // namespace
}  // namespace castaway::check
