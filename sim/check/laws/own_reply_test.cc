#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) { return to_string(own_reply(h.history), h.history); }

TEST(OwnReply, HoldsWhenEachCallGetsItsOwnAnswer) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.invoke("c1/other", "b", call);
  h.serve("s1", "a", {.value = "A"});
  h.serve("s1", "b", {.value = "B", .detail = "error"});
  h.error("c1", "b", {.value = "B"});
  h.returned("c1", "a", {.value = "A"});
  EXPECT_EQ(argument(h), "own-reply holds (2 judged)\n");
}

TEST(OwnReply, AnyOfItsOwnExecutionsWillDo) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.serve("s1", "a", {.value = "1"});
  h.serve("s2", "a", {.value = "2"});
  h.serve("s3", "a", {.value = "3"});
  h.returned("c1", "a", {.value = "2"});
  EXPECT_THAT(own_reply(h.history), Holds());
}

TEST(OwnReply, TheReplyOfAnotherCallIsArguedWithWhatBecameOfThatCall) {
  HistoryBuilder h;
  h.invoke("c1/main", "first", call, 3ms);
  h.serve("s1", "first", {.value = "A"});
  h.timeout("c1", "first");
  h.invoke("c1/main", "second", call, 5s);
  h.serve("s1", "second", {.value = "B"});
  h.returned("c1", "second", {.value = "A"});
  EXPECT_EQ(
      argument(h),
      "own-reply is violated once (1 judged)\n"
      "\n"
      "The call \"second\" got the value of \"first\".\n"
      "  1  event 3  3ms  s1 ended first with the value a6acbef1; first had timed out at 4ms\n"
      "  2  event 5  5ms  c1/main called second, until 5.005s\n"
      "  3  event 8  8ms  s1 ended second with the value 683a02ce\n"
      "  4  event 9  9ms  second returned to c1 with the value a6acbef1, of first\n"
      "A call gets the value, or the error, that an execution of its own ended with. "
      "1 call of c1 was waiting.\n");
}

TEST(OwnReply, AValueOutOfNowhereIsArgued) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.invoke("c1/other", "b", call);
  h.serve("s1", "a", {.value = "A"});
  h.returned("c1", "a", {.value = "?"});
  EXPECT_EQ(argument(h),
            "own-reply is violated once (1 judged)\n"
            "\n"
            "The call \"a\" got a value that no execution of it ended with.\n"
            "  1  event 0   0s  c1/main called a\n"
            "  2  event 4  4ms  s1 ended a with the value a6acbef1\n"
            "  3  event 5  5ms  a returned to c1 with the value 534cfb1f, that no execution ended "
            "with\n"
            "A call gets the value, or the error, that an execution of its own ended with. "
            "2 calls of c1 were waiting.\n");
}

TEST(OwnReply, AnErrorIsNoValueAndAValueIsNoError) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.invoke("c1/main", "b", call);
  h.serve("s1", "a", {.value = "X", .detail = "error"});
  h.serve("s1", "b", {.value = "X"});
  h.returned("c1", "a", {.value = "X"});
  h.error("c1", "b", {.value = "X"});
  const Verdict verdict = own_reply(h.history);
  ASSERT_EQ(verdict.violations.size(), 2U);
  EXPECT_EQ(verdict.violations[0].what, "The call \"a\" got the value of \"b\".");
  EXPECT_EQ(verdict.violations[1].what, "The call \"b\" got the error of \"a\".");
}

TEST(OwnReply, AnExecutionThatEndsLaterCannotHaveGivenTheValue) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.serve("s1", "a", {.value = "1"});
  h.returned("c1", "a", {.value = "2"});
  h.serve("s1", "a", {.value = "2"});
  EXPECT_THAT(own_reply(h.history), IsViolated());
}

TEST(OwnReply, WithoutAnExecutionThatEndedItIsAPhantomAndNotJudgedHere) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.execute("s1", "a");
  h.returned("c1", "a", {.value = "A"});
  h.done("s1", "a", {.value = "B"});
  EXPECT_EQ(argument(h),
            "own-reply is vacuous: no call got an answer to compare with its executions\n");
}

TEST(OwnReply, CastsTimeoutsAndFailuresCarryNoAnswer) {
  HistoryBuilder h;
  h.invoke("c1/main", "cast", cast);
  h.invoke("c1/main", "late", call);
  h.invoke("c1/main", "lost", call);
  for (const std::string_view op : {"cast", "late", "lost"}) h.serve("s1", op, {.value = "A"});
  h.returned("c1", "cast", {.value = "?"});
  h.timeout("c1", "late", {.value = "?"});
  h.failure("c1", "lost", {.value = "?"});
  EXPECT_THAT(own_reply(h.history), IsVacuous());
}

TEST(OwnReply, AnswersWithoutDigestsAreNotJudged) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.serve("s1", "a");
  h.returned("c1", "a", {.value = "A"});
  EXPECT_THAT(own_reply(h.history), IsVacuous());
}

TEST(OwnReply, TheErrorOfAServerThatRefusedACopyIsAnAnswer) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  h.serve("s1", "a", {.value = "A"});
  h.deliver("s2", "a");
  h.reply("s2", "a");
  h.error("c1", "a", {.value = "unsupported version"});
  EXPECT_THAT(own_reply(h.history), IsVacuous());
}

TEST(OwnReply, TheErrorIsForeignIfEveryServerThatRepliedHadExecuted) {
  HistoryBuilder h;
  h.invoke("c1/main", "a", call);
  for (const std::string_view server : {"s1", "s2"}) {
    h.serve(server, "a", {.value = "A"});
    h.reply(server, "a");
  }
  h.error("c1", "a", {.value = "unsupported version"});
  EXPECT_THAT(own_reply(h.history), IsViolated());
}

}  // namespace
}  // namespace castaway::check
