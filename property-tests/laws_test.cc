// Whatever is generated: the strict library keeps every universal law, in every world and under
// every fault plan.

#include "castaway/check/laws.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

class InStrict : public testing::TestWithParam<const check::Law*> {};

std::vector<const check::Law*> universal_laws() {
  std::vector<const check::Law*> universal;
  for (const check::Law& law : check::laws()) {
    if (!law.goal) universal.push_back(&law);
  }
  return universal;
}

INSTANTIATE_TEST_SUITE_P(Laws, InStrict, testing::ValuesIn(universal_laws()), [](const auto& test) {
  std::string name(test.param->name);
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

TEST_P(InStrict, HoldsWhateverTheNetworkDoes) {
  const check::Law& law = *GetParam();
  for_all_scenarios("strict-" + std::string(law.name), [&](const Case& run) -> Judgement {
    const check::Verdict verdict = law.judge(run.outcome.history);
    if (verdict.violated()) return {.wrong = to_string(verdict, run.outcome.history)};
    return {.judged = verdict.judged};
  });
}

TEST(Effects, ARequestThatIsSaidToHaveNoEffectWasNeverExecuted) {
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
      if (!failed) continue;
      ++judgement.judged;
      if (event.effect == Effect::none && executed.contains(event.op)) {
        judgement.wrong = "it was executed all the same: " + describe(history, index);
      }
    }
    return judgement;
  });
}

}  // namespace
}  // namespace castaway::property
