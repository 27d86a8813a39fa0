#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(no_reply_to_cast(h.history), h.history);
}

TEST(NoReplyToCastLaw, HoldsWhenACastIsExecutedInSilence) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  h.invoke("c1/main", "all", fanout);
  h.invoke("c1/main", "ping", call);
  h.serve("s1", "add");
  h.serve("s1", "all");
  h.serve("s2", "all");
  h.serve("s1", "ping");
  h.reply("s1", "ping");
  EXPECT_EQ(argument(h), "no-reply-to-cast holds (2 judged)\n");
}

TEST(NoReplyToCastLaw, AReplyIsArguedOnce) {
  HistoryBuilder h;
  h.invoke("c1/main", "add", cast);
  h.serve("s1", "add");
  h.reply("s1", "add");
  h.reply("s1", "add");
  EXPECT_EQ(argument(h),
            "no-reply-to-cast is violated once (1 judged)\n"
            "\n"
            "s1 replied to the cast \"add\".\n"
            "  1  event 0   0s  c1/main cast add\n"
            "  2  event 4  4ms  s1 replied to add\n"
            "A cast asks for no answer, so no server sends one.\n");
}

TEST(NoReplyToCastLaw, ARefusalInAReplyBreaksItTooEvenOfAFanout) {
  HistoryBuilder h;
  h.invoke("c1/main", "all", fanout);
  h.reply("", "all");
  EXPECT_EQ(no_reply_to_cast(h.history).judged, 1U);
  ASSERT_THAT(no_reply_to_cast(h.history), IsViolated());
  EXPECT_EQ(no_reply_to_cast(h.history).violations[0].what,
            "A server replied to the fanout \"all\".");
}

TEST(NoReplyToCastLaw, WithoutACastItIsVacuous) {
  HistoryBuilder h;
  h.invoke("c1/main", "ping", call);
  h.invoke("c1/main", "add", cast);
  h.serve("s1", "ping");
  h.reply("s1", "ping");
  EXPECT_EQ(argument(h), "no-reply-to-cast is vacuous: no cast was executed\n");
}

TEST(NoReplyToCastLaw, WhatWasMadeByHandIsNoCast) {
  HistoryBuilder h;
  h.inject("stranger", "x", "request");
  h.serve("s1", "x");
  h.reply("s1", "x");
  EXPECT_THAT(no_reply_to_cast(h.history), IsVacuous());
}

TEST(NoReplyToCastLaw, WhetherWhatBeganBeforeIsACastNobodyKnows) {
  HistoryBuilder h;
  h.history.from = TimePoint(1s);
  h.at(1s).serve("s1", "before");
  h.reply("s1", "before");
  EXPECT_EQ(find_law("no-reply-to-cast")->judge(h.history).vacuous_because,
            "1 operation began before the history");
  h.at(900ms).invoke("c1/main", "known", cast);
  h.at(2s).reply("s1", "known");
  EXPECT_THAT(no_reply_to_cast(h.history), IsViolated()) << "its invoke says that it is one";
}

}  // namespace
}  // namespace castaway::check
