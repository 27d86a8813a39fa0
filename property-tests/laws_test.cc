// Whatever is generated: the strict library keeps every universal law, in every world and under
// every fault plan.

#include "castaway/check/laws.h"

#include <gtest/gtest.h>

#include "scenario_property.h"

namespace castaway::property {
namespace {

TEST(AtMostOnce, HoldsWhateverTheNetworkDoes) {
  for_all_scenarios("at-most-once", keeps(check::at_most_once));
}

TEST(OneCompletion, HoldsWhateverTheNetworkDoes) {
  for_all_scenarios("one-completion", keeps(check::one_completion));
}

TEST(OwnReply, HoldsWhateverTheNetworkDoes) {
  for_all_scenarios("own-reply", keeps(check::own_reply));
}

TEST(NoPhantom, HoldsWhateverTheNetworkDoes) {
  for_all_scenarios("no-phantom", keeps(check::no_phantom));
}

TEST(TaskOrder, HoldsWhateverTheNetworkDoes) {
  for_all_scenarios("task-order", keeps(check::task_order));
}

TEST(NoLoss, HoldsUnlessAServerDiesOrIsCutOff) {
  for_all_scenarios("no-loss", keeps(check::no_loss));
}

TEST(ReplyArrives, HoldsUnlessSomethingBreaks) {
  for_all_scenarios("reply-arrives", keeps(check::reply_arrives));
}

TEST(Expiry, HoldsWhateverTheNetworkDoes) { for_all_scenarios("expiry", keeps(check::expiry)); }

TEST(FanoutWhole, HoldsUnlessSomethingBreaks) {
  for_all_scenarios("fanout-whole", keeps(check::fanout_whole));
}

TEST(ReplyHeard, HoldsWhateverTheNetworkDoes) {
  for_all_scenarios("reply-heard", keeps(check::reply_heard));
}

TEST(CastAccepted, HoldsWhateverTheNetworkDoes) {
  for_all_scenarios("cast-accepted", keeps(check::cast_accepted));
}

TEST(CastRuns, HoldsUnlessSomethingBreaks) {
  for_all_scenarios("cast-runs", keeps(check::cast_runs));
}

TEST(NoReplyToCast, HoldsWhateverTheNetworkDoes) {
  for_all_scenarios("no-reply-to-cast", keeps(check::no_reply_to_cast));
}

TEST(StopEnds, HoldsWhateverTheNetworkDoes) {
  for_all_scenarios("stop-ends", keeps(check::stop_ends));
}

TEST(RetriesUsed, HoldsWhateverTheNetworkDoes) {
  for_all_scenarios("retries-used", keeps(check::retries_used));
}

TEST(BoundedDelivery, HoldsWhateverTheNetworkDoes) {
  for_all_scenarios("bounded-delivery", keeps(check::bounded_delivery));
}

TEST(Recovery, HoldsOnceAllFaultsAreOver) { for_all_scenarios("recovery", keeps(check::recovery)); }

TEST(NoResidue, HoldsOnceAllFaultsAreOver) {
  for_all_scenarios("no-residue", keeps(check::no_residue));
}

TEST(Deadline, IsNeitherEarlyNorLateWhateverTheNetworkDoes) {
  for_all_scenarios("deadline", keeps(check::deadline));
}

TEST(Deadline, BoundsEveryOperation) {
  for_all_scenarios("deadline-bounds", [](const Case& run) -> Judgement {
    const check::History& history = run.outcome.history;
    Judgement judgement;
    for (check::EventIndex index = 0; index < history.events().size(); ++index) {
      if (history[index].kind != check::EventKind::invoke) continue;
      ++judgement.judged;
      if (history[index].deadline == never) {
        judgement.wrong = "It has no deadline: " + describe(history, index);
      }
    }
    return judgement;
  });
}

/// Copies go to other servers and come after restarts, acks are forgotten, claims are lost and
/// late.
TEST(StrictWithClaims, KeepsEveryLawWhateverTheNetworkDoes) {
  for_all_scenarios(
      "claims",
      [](const Case& run) -> Judgement {
        Judgement judgement;
        for (const scenario::Finding& finding : scenario::judge(run.scenario, run.outcome)) {
          judgement.judged += finding.verdict.judged;
          if (finding.verdict.violated()) judgement.wrong += finding.property + " is violated. ";
        }
        return judgement;
      },
      {.profile = scenario::SubjectProfile::strict_claims,
       .generate = {.size = 40, .claims = true}});
}

/// A promise to whoever wants to try again: what failed without effect may be sent anew.
TEST(Effect, ARequestThatIsSaidToHaveNoneIsNeverExecuted) {
  for_all_scenarios("effect-none", [](const Case& run) -> Judgement {
    const check::History& history = run.outcome.history;
    std::set<check::Symbol> executed;
    for (const check::Event& event : history.events()) {
      if (event.kind == check::EventKind::execute) executed.insert(event.op);
    }
    Judgement judgement;
    for (check::EventIndex index = 0; index < history.events().size(); ++index) {
      const check::Event& event = history[index];
      const bool failed =
          event.kind == check::EventKind::failure || event.kind == check::EventKind::timeout;
      if (!failed || event.effect != Effect::none) continue;
      ++judgement.judged;
      if (executed.contains(event.op)) {
        judgement.wrong = "It was executed all the same: " + describe(history, index);
      }
    }
    return judgement;
  });
}

}  // namespace
}  // namespace castaway::property
