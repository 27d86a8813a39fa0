#include <string>

#include "castaway/check/laws.h"
#include "castaway/check/matchers.h"

#include "history/history_builder_for_test.h"

namespace castaway::check {
namespace {

std::string argument(const HistoryBuilder& h) {
  return to_string(retries_used(h.history), h.history);
}

/// A cast that may be tried again so often, at 1 ms; its client is connected.
HistoryBuilder asked(std::optional<std::int32_t> retry, Duration timeout = {}) {
  HistoryBuilder h;
  h.link("c1", "main opened");
  h.invoke("c1/main", "add", cast, timeout, {.retry = retry});
  return h;
}

void connection_ends(HistoryBuilder& h, int times) {
  for (; times > 0; --times) h.link("c1", "main closed: refused");
}

TEST(RetriesUsedLaw, HoldsOnceTheyAre) {
  for (const int retry : {0, 1, 5}) {
    HistoryBuilder h = asked(retry);
    connection_ends(h, retry + 1);
    h.failure("c1", "add", {.effect = Effect::none});
    EXPECT_EQ(argument(h), "retries-used holds (1 judged)\n");
  }
}

TEST(RetriesUsedLaw, AFailureWithRetriesLeftIsArgued) {
  HistoryBuilder h = asked(2);
  connection_ends(h, 2);
  h.failure("c1", "add", {.effect = Effect::none});
  EXPECT_EQ(argument(h),
            "retries-used is violated once (1 judged)\n"
            "\n"
            "The cast \"add\" failed, and could still have been tried again.\n"
            "  1  event 1  1ms  c1/main cast add\n"
            "  2  event 2  2ms  c1's connection: main closed: refused\n"
            "  3  event 4  4ms  add failed at c1 (no server executes it)\n"
            "It may be tried again twice. No more than 2 of its attempts had failed by then, and "
            "neither the broker nor a reply had said no.\n");
}

TEST(RetriesUsedLaw, WhoMayTryForEverNeverGivesUp) {
  for (const int retry : {-1, -7}) {
    HistoryBuilder h = asked(retry);
    connection_ends(h, 1000);
    h.failure("c1", "add", {.effect = Effect::none});
    EXPECT_THAT(retries_used(h.history), IsViolated());
  }
}

TEST(RetriesUsedLaw, OneThatIsSentMoreOftenThanItMayIsArgued) {
  HistoryBuilder h = asked(1);
  h.publish("c1", "add");
  h.publish("c1", "add", {.copy = 2});
  EXPECT_THAT(retries_used(h.history), IsVacuous());
  h.publish("c1", "add", {.copy = 3});
  EXPECT_EQ(argument(h),
            "retries-used is violated once (1 judged)\n"
            "\n"
            "The cast \"add\" was sent 3 times.\n"
            "  1  event 1  1ms  c1/main cast add\n"
            "  2  event 4  4ms  c1 published add (copy 3), c1 had waited 1ms for the confirm\n"
            "It may be tried again once.\n");
  h.publish("c1", "add", {.copy = 4});
  EXPECT_EQ(retries_used(h.history).violations.size(), 1U);

  HistoryBuilder for_ever = asked(-1);
  for (std::uint32_t copy = 1; copy < 100; ++copy) for_ever.publish("c1", "add", {.copy = copy});
  EXPECT_THAT(retries_used(for_ever.history), IsVacuous());
}

TEST(RetriesUsedLaw, NobodyGivesUpBecauseOfAnotherClient) {
  HistoryBuilder h = asked(0);
  h.link("c2", "main closed: refused");
  h.process("c2", "closing");
  h.failure("c1", "add", {.effect = Effect::none});
  EXPECT_THAT(retries_used(h.history), IsViolated());
}

TEST(RetriesUsedLaw, AConnectionThatHadEndedBeforeCounts) {
  HistoryBuilder h;
  h.link("c1", "main opened");
  h.link("c1", "main closed: reset");
  h.invoke("c1/main", "add", cast, {}, {.retry = 0});
  h.failure("c1", "add", {.effect = Effect::none});
  EXPECT_THAT(retries_used(h.history), Holds());
}

TEST(RetriesUsedLaw, AConnectionThatWasMadeAgainDoesNot) {
  HistoryBuilder h;
  for (const char* const what : {"main opened", "main closed: reset", "main opened"})
    h.link("c1", what);
  h.invoke("c1/main", "add", cast, {}, {.retry = 0});
  h.at(9ms).failure("c1", "add");
  EXPECT_THAT(retries_used(h.history), IsViolated());
}

TEST(RetriesUsedLaw, NorDoesOneOfWhoseEndNobodyKnows) {
  HistoryBuilder h = asked(0);
  h.link("c1", "half open");
  h.failure("c1", "add", {.effect = Effect::none});
  EXPECT_THAT(retries_used(h.history), IsViolated());
}

TEST(RetriesUsedLaw, WhatIsInDoubtMayFail) {
  HistoryBuilder h = asked(-1);
  h.publish("c1", "add");
  h.link("c1", "main closed: reset");
  h.failure("c1", "add");
  EXPECT_THAT(retries_used(h.history), Holds());

  HistoryBuilder before = asked(-1);
  before.link("c1", "main closed: reset");
  before.link("c1", "main opened");
  before.publish("c1", "add");
  before.failure("c1", "add");
  EXPECT_THAT(retries_used(before.history), IsViolated());
}

TEST(RetriesUsedLaw, IsInDoubtIfItsClientSaysSo) {
  const auto failed = [](Effect effect) {
    HistoryBuilder h = asked(-1);  // and nobody saw it published
    h.link("c1", "main closed: reset");
    h.failure("c1", "add", {.effect = effect});
    return retries_used(h.history);
  };
  EXPECT_THAT(failed(Effect::unknown), Holds());
  EXPECT_THAT(failed(Effect::none), IsViolated());
  EXPECT_THAT(failed(Effect::dispatched), IsVacuous());
}

TEST(RetriesUsedLaw, ItsClientMayBeTheFirstToNotice) {
  HistoryBuilder h = asked(-1);
  h.history.slack = 5ms;
  h.at(10ms).failure("c1", "add");
  h.at(15ms).link("c1", "main closed: reset");
  EXPECT_THAT(retries_used(h.history), Holds());
  h.history.slack = 4ms;
  EXPECT_THAT(retries_used(h.history), IsViolated());
}

TEST(RetriesUsedLaw, SoMayWhatHasNoTimeLeft) {
  HistoryBuilder h = asked(-1, 60s);
  h.at(60s + 1ms).failure("c1", "add");
  EXPECT_THAT(retries_used(h.history), Holds());

  HistoryBuilder early = asked(-1, 60s);
  early.at(60s).failure("c1", "add");
  EXPECT_THAT(retries_used(early.history), IsViolated());
}

TEST(RetriesUsedLaw, WhatWasRefusedIsNotJudged) {
  const std::string refused =
      "retries-used is vacuous: whatever failed had been refused, or its client closed\n";
  const auto judged_after = [](const auto& happens) {
    HistoryBuilder h = asked(-1);
    h.publish("c1", "add");
    happens(h);
    h.failure("c1", "add");
    return argument(h);
  };
  EXPECT_EQ(judged_after([](HistoryBuilder& h) { h.confirm("c1", "add", {.detail = "nack"}); }),
            refused);
  EXPECT_EQ(judged_after([](HistoryBuilder& h) { h.accept("add", {.detail = "unroutable"}); }),
            refused);
  EXPECT_EQ(judged_after([](HistoryBuilder& h) { h.reply_arrive("c1", "add"); }), refused);
  EXPECT_EQ(judged_after([](HistoryBuilder& h) { h.process("c1", "closing"); }), refused);

  HistoryBuilder accepted = asked(-1);
  accepted.publish("c1", "add");
  accepted.accept("add");
  accepted.confirm("c1", "add", {.detail = "ack"});
  accepted.failure("c1", "add");
  EXPECT_THAT(retries_used(accepted.history), IsViolated());
}

TEST(RetriesUsedLaw, NorIsWhatItsClientRefusedAtOnce) {
  HistoryBuilder h = asked(-1);
  h.at(1ms).failure("c1", "add", {.effect = Effect::none});
  EXPECT_THAT(retries_used(h.history), IsVacuous());
}

TEST(RetriesUsedLaw, OneThatClosedAndStartedAgainIsJudged) {
  HistoryBuilder h;
  h.process("c1", "closing");
  h.process("c1", "started");
  h.invoke("c1/main", "add", call, {}, {.retry = 3});
  h.failure("c1", "add");
  EXPECT_THAT(retries_used(h.history), IsViolated());
}

TEST(RetriesUsedLaw, IsVacuousWhereNothingIsKnown) {
  HistoryBuilder nothing = asked(0);
  nothing.returned("c1", "add");
  EXPECT_EQ(argument(nothing), "retries-used is vacuous: nothing failed\n");

  HistoryBuilder unknown = asked({});
  unknown.failure("c1", "add");
  EXPECT_EQ(argument(unknown),
            "retries-used is vacuous: of nothing that failed the history says how often it may be "
            "tried again\n");

  HistoryBuilder late = asked(0);
  late.failure("c1", "add");
  late.history.from = TimePoint(1ms);
  EXPECT_THAT(retries_used(late.history), IsVacuous());
}

}  // namespace
}  // namespace castaway::check
