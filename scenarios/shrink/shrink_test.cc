// What the shrinker promises: the same every time, within its budget, nothing left that could go,
// and the same signature.

#include "castaway/scenario/shrink.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "failing_scenarios_for_test.h"

namespace castaway::scenario {
namespace {

Failing failing_file(const std::string& path, const std::string& property) {
  for (Failing& failing : failing_in(scenario_file(path), SubjectProfile::classic)) {
    if (name_of(failing.property) == property) return std::move(failing);
  }
  ADD_FAILURE() << path << " does not break " << property;
  return {};
}

Failing slow_confirm() {
  return failing_file("examples/amo/a_slow_confirm_is_no_failure.json", "at-most-once");
}

Failing full_cache() {
  return failing_file("examples/amo/a_lost_confirm_and_a_full_dedup_cache.json", "at-most-once");
}

Shrunk shrunk(const Failing& failing, const ShrinkOptions& options = {}) {
  return shrink(failing.scenario, SubjectProfile::classic, failing.property, options).value();
}

/// Every scenario that has one thing less, found without the help of the shrinker.
std::vector<Scenario> one_less(const Scenario& scenario) {
  std::vector<Scenario> all;
  const auto erase = [&](auto&& list_of) {
    Scenario copy = scenario;
    const std::size_t count = list_of(copy).size();
    for (std::size_t i = 0; i < count; ++i) {
      copy = scenario;
      auto& list = list_of(copy);
      list.erase(list.begin() + static_cast<std::ptrdiff_t>(i));
      all.push_back(copy);
    }
  };
  erase([](Scenario & s) -> auto& { return s.faults; });
  erase([](Scenario & s) -> auto& { return s.servers; });
  erase([](Scenario & s) -> auto& { return s.clients; });
  erase([](Scenario & s) -> auto& { return *s.deviations; });
  erase([](Scenario & s) -> auto& { return s.script; });
  for (std::size_t task = 0; task < scenario.script.size(); ++task) {
    erase([&](Scenario & s) -> auto& { return s.script[task].steps; });
    for (std::size_t step = 0; step < scenario.script[task].steps.size(); ++step) {
      const auto* operation = std::get_if<Operation>(&scenario.script[task].steps[step]);
      if (operation == nullptr || operation->only.size() < 2) continue;
      erase([&](Scenario & s) -> auto& {
        return std::get<Operation>(s.script[task].steps[step]).only;
      });
    }
  }
  std::erase_if(all, [](const Scenario& one) {
    return std::ranges::any_of(one.script, [](const Script& s) { return s.steps.empty(); });
  });
  return all;
}

bool is_executed(const Scenario& scenario) {
  const check::History history = run(scenario, SubjectProfile::classic, scenario.seed).history;
  return std::ranges::any_of(history.events(), [](const check::Event& event) {
    return event.kind == check::EventKind::execute;
  });
}

/// Shrinking leaves no operation to nobody that some server did.
bool is_left_to_nobody(const Scenario& scenario, const Scenario& less) {
  return is_executed(scenario) && !is_executed(less);
}

TEST(Shrink, LeavesNothingThatCouldGoAlone) {
  std::size_t tried = 0;
  for (const Failing& failing : classic_failures()) {
    SCOPED_TRACE(failing.scenario.name + " " + name_of(failing.property));
    const Shrunk small = shrunk(failing);
    ASSERT_TRUE(small.minimal);
    // The rest of what keeps a signature the same is for laws to say; small properties have
    // controls.
    if (!std::holds_alternative<LawProp>(failing.property.what)) continue;
    for (const Scenario& less : one_less(small.scenario)) {
      if (!lint(less).empty() || is_left_to_nobody(small.scenario, less)) continue;
      ++tried;
      EXPECT_FALSE(breaks(less, SubjectProfile::classic, failing.property, small.signature))
          << print(less);
    }
  }
  EXPECT_GT(tried, 50U);
}

TEST(Shrink, IsTheSameEveryTime) {
  const Failing failing = full_cache();
  const Shrunk one = shrunk(failing), two = shrunk(failing);
  EXPECT_EQ(print(one.scenario), print(two.scenario));
  EXPECT_EQ(one.outcome.history.hash(), two.outcome.history.hash());
  EXPECT_EQ(one.passes, two.passes);
  EXPECT_EQ(one.evaluations, two.evaluations);
}

TEST(Shrink, FindsNothingMoreInWhatItMade) {
  Failing failing = full_cache();
  const Shrunk once = shrunk(failing);
  failing.scenario = once.scenario;
  const Shrunk twice = shrunk(failing);
  EXPECT_EQ(print(twice.scenario), print(once.scenario));
  EXPECT_LT(twice.evaluations, once.evaluations);
}

TEST(Shrink, KeepsTheNamesOfWhatIsLeftOfARepetition) {
  const Shrunk small = shrunk(full_cache());
  const auto& filler = std::get<Operation>(small.scenario.script.back().steps.back());
  EXPECT_EQ(filler.as, "filler");
  EXPECT_EQ(filler.only.size(), 16U) << "oslo.messaging remembers sixteen ids";
}

TEST(Shrink, StaysWithinItsBudgetAndKeepsTheBestSoFar) {
  const Failing failing = full_cache();
  std::uint64_t before = size_of(failing.scenario).operations;
  for (const std::uint64_t budget : {1U, 5U, 10U, 20U, 40U, 80U, 160U}) {
    const Shrunk small = shrunk(failing, {.budget = budget});
    // Confirming takes three runs, and a step that was begun is ended with its control.
    EXPECT_LE(small.evaluations, std::max<std::uint64_t>(budget, 3) + 1);
    EXPECT_TRUE(breaks(small.scenario, SubjectProfile::classic, failing.property, small.signature));
    EXPECT_LE(small.after.operations, before);
    before = small.after.operations;
    EXPECT_EQ(small.minimal, budget >= 160);
  }
}

TEST(Shrink, GoesOnFromWhereItWasStopped) {
  Failing failing = full_cache();
  const Shrunk all = shrunk(failing);
  bool stop = false;
  ShrinkOptions options{.cut = [&] { return stop; }};
  options.progress = [&](std::string_view, std::uint64_t runs, const Size&) { stop = runs >= 30; };
  const Shrunk half = shrunk(failing, options);
  EXPECT_FALSE(half.minimal);
  EXPECT_LE(half.evaluations, 31U);
  EXPECT_TRUE(breaks(half.scenario, SubjectProfile::classic, failing.property, half.signature));
  failing.scenario = half.scenario;
  EXPECT_EQ(size_of(shrunk(failing).scenario), all.after);
}

TEST(Shrink, KeepsTheSmallestSoFarWhenARunIsCut) {
  const Failing failing = full_cache();
  // So often a run or the shrinker asks whether it is to end.
  std::uint64_t most = 0;
  const auto ask_until = [&](std::uint64_t last) {
    return [&most, last, asked = std::uint64_t{0}]() mutable {
      most = std::max(most, ++asked);
      return asked > last;
    };
  };
  const Shrunk all = shrunk(failing, {.cut = ask_until(~std::uint64_t{0})});
  const std::uint64_t whole = most;
  std::uint64_t before = size_of(failing.scenario).operations;
  int thrown = 0, kept = 0;
  for (std::uint64_t twentieth = 1; twentieth <= 20; ++twentieth) {
    std::optional<Shrunk> small;
    try {
      small = shrunk(failing, {.cut = ask_until(whole * twentieth / 20 - 10)});
    } catch (const RunCut&) {
      ++thrown;  // before it was known to fail as a replay
      EXPECT_EQ(kept, 0);
      continue;
    }
    ++kept;
    EXPECT_FALSE(small->minimal);
    EXPECT_TRUE(
        breaks(small->scenario, SubjectProfile::classic, failing.property, small->signature));
    EXPECT_LE(small->after.operations, before);
    before = small->after.operations;
  }
  EXPECT_GT(thrown, 0);
  EXPECT_GT(kept, 3);
  EXPECT_EQ(before, all.after.operations);
}

TEST(Shrink, AddsUpWhatItsStagesDid) {
  const Shrunk small = shrunk(slow_confirm());
  ASSERT_EQ(small.passes.size(), shrink_passes().size());
  std::uint64_t evaluations = 0;
  for (std::size_t i = 0; i < small.passes.size(); ++i) {
    EXPECT_EQ(small.passes[i].name, shrink_passes()[i]);
    evaluations += small.passes[i].evaluations;
  }
  EXPECT_EQ(evaluations, small.evaluations);
  EXPECT_EQ(small.passes.front().after, small.before);
  EXPECT_EQ(small.passes.back().after, small.after);
}

TEST(Shrink, FindsNothingToDoWhereNothingFails) {
  const Failing failing = slow_confirm();
  EXPECT_FALSE(shrink(failing.scenario, SubjectProfile::strict, failing.property));
  EXPECT_FALSE(shrink(failing.scenario, SubjectProfile::classic, {.what = LawProp{"own-reply"}}));
  EXPECT_FALSE(
      shrink(failing.scenario, SubjectProfile::classic, {"x", ShrunkProp{"at-most-once"}}));
  Scenario benign = failing.scenario;
  benign.faults.clear();
  EXPECT_FALSE(shrink(benign, SubjectProfile::classic, failing.property));
}

TEST(Shrink, TakesDeviationsThatNobodyAsksFor) {
  Failing failing = slow_confirm();
  failing.scenario.deviations->push_back({"nobody/asks/this", 7});
  failing.scenario.deviations->push_back({"", ~std::uint64_t{0}});
  failing.scenario.deviations->push_back({std::string(100000, '/'), 1});
  const Shrunk small = shrunk(failing);
  EXPECT_TRUE(small.scenario.deviations->empty());
  EXPECT_TRUE(small.minimal);
}

TEST(Shrink, TakesAScenarioThatTheLinterWouldNot) {
  Failing failing = slow_confirm();
  failing.scenario.faults.push_back(
      {.id = "never", .on = {.edge = sim::Edge::request, .op = "nobody"}, .action = sim::Drop()});
  failing.scenario.script.push_back(
      {.client = "c1", .task = "waits", .steps = {Until{{.ev = "execute", .op = "nothing"}}}});
  ASSERT_FALSE(lint(failing.scenario).empty());
  const Shrunk small = shrunk(failing);
  EXPECT_TRUE(lint(small.scenario).empty());
  EXPECT_EQ(small.after.rules, 1U);
  EXPECT_EQ(small.after.tasks, 1U);
}

TEST(Shrink, TakesOutWhatWaitsForWhatIsGone) {
  Failing failing = slow_confirm();
  // A gate that a second task opens once a bystander has run: none of it has to do with the
  // failure.
  failing.scenario.servers.front().endpoint["idle"] = {Gate{"go"}, Return{}};
  failing.scenario.clients.push_back({.id = "c9"});
  failing.scenario.script.push_back({.client = "c9",
                                     .task = "main",
                                     .steps = {Operation{.kind = Operation::Kind::cast,
                                                         .as = "by",
                                                         .topic = "bank",
                                                         .server = "s1",
                                                         .method = "idle"}}});
  failing.scenario.script.push_back(
      {.client = "c9",
       .task = "helper",
       .steps = {Until{{.ev = "execute", .op = "by"}}, OpenGate{"go"}}});
  failing.scenario.deviations = run(failing.scenario, SubjectProfile::classic, 1).deviations;
  const Shrunk small = shrunk(failing);
  EXPECT_EQ(small.after,
            (Size{.operations = 1, .rules = 1, .tasks = 1, .clients = 1, .servers = 2}))
      << print(small.scenario);
  EXPECT_TRUE(lint(small.scenario).empty());
}

/// Two servers; requests are copied to the other one, by chance.
Scenario echoes() {
  const Server server{.id = "s1", .topic = "t", .endpoint = {{"m", {}}}};
  Server other = server;
  other.id = "s2";
  const auto of_kind = [](Operation::Kind kind, const char* as) {
    return Operation{.kind = kind, .as = as, .repeat = 6, .topic = "t", .method = "m"};
  };
  return {.name = "echoes",
          .seed = 3,
          .servers = {server, other},
          .clients = {{.id = "c1"}},
          .script = {{.client = "c1",
                      .task = "main",
                      .steps = {of_kind(Operation::Kind::call, "ask"),
                                of_kind(Operation::Kind::cast, "tell")}}},
          .faults = {{.id = "echo",
                      .when = {.prob = sim::Ratio{1, 2}},
                      .action = sim::Duplicate{.to = sim::Duplicate::To::other}}},
          .expect = {.always = {{.what = LawProp{"at-most-once"}}}}};
}

TEST(Shrink, LetsAllowedErrorsGoButForThoseThatItIsAbout) {
  Scenario scenario =
      scenario_file("examples/err/only_an_allowed_error_is_raised_as_its_type.json");
  const Property wrong{"p", OutcomeProp{"pay", {"error"}, {}, "OutOfStock_Remote"}};
  scenario.expect.always = {wrong};
  const auto plain = shrink(scenario, SubjectProfile::strict, wrong);
  ASSERT_TRUE(plain);
  EXPECT_EQ(plain->scenario.clients.front().allowed_remote_exmods,
            std::vector<std::string>{"shop.errors"})
      << "without it nobody could expect that type";
  EXPECT_TRUE(lint(plain->scenario).empty()) << lint(plain->scenario).front().text;

  const Property allowed{"q", OutcomeProp{"buy", {"error"}, {}, "RemoteError"}};
  scenario.expect.always = {allowed};
  const auto kept = shrink(scenario, SubjectProfile::strict, allowed);
  ASSERT_TRUE(kept);
  EXPECT_EQ(kept->scenario.clients.front().allowed_remote_exmods.size(), 1U);

  const Property never{"r", OutcomeProp{"buy", {"return"}}};
  scenario.expect.always = {never};
  const auto bare = shrink(scenario, SubjectProfile::strict, never);
  ASSERT_TRUE(bare);
  EXPECT_TRUE(bare->scenario.clients.front().allowed_remote_exmods.empty());
}

TEST(Shrink, DoesNotTakeAnotherReasonForTheSame) {
  const Scenario scenario = echoes();
  const auto small = shrink(scenario, SubjectProfile::strict, scenario.expect.always.front());
  ASSERT_TRUE(small);
  EXPECT_EQ(small->signature.operation, check::OperationKind::call);
  EXPECT_EQ(small->after.operations, 1U);
  const auto& left = std::get<Operation>(small->scenario.script.front().steps.front());
  EXPECT_EQ(left.kind, Operation::Kind::call);
}

TEST(Shrink, HandsOverWhatElseFailedOnTheWay) {
  // The rule copies what comes first: a call, and where its task was taken away, a cast.
  Scenario scenario = echoes();
  scenario.faults.front().when = {.limit = 1};
  std::vector<ScriptStep>& steps = scenario.script.front().steps;
  const Script early{.client = "c1", .task = "early", .steps = {steps.front()}};
  steps.front() = Until{{.ev = "execute", .op = "ask#0"}};
  scenario.script.push_back(early);
  const auto small = shrink(scenario, SubjectProfile::strict, scenario.expect.always.front());
  ASSERT_TRUE(small);
  EXPECT_EQ(small->signature.operation, check::OperationKind::call);
  ASSERT_EQ(small->also.size(), 1U);
  const AlsoFound& also = small->also.front();
  EXPECT_EQ(also.signature.operation, check::OperationKind::cast);
  EXPECT_TRUE(breaks(also.scenario, SubjectProfile::strict, also.scenario.expect.always.front(),
                     also.signature));
  EXPECT_TRUE(also.scenario.deviations);
}

TEST(Shrink, KeepsTheFaultsThatAPropertyIsAbout) {
  // Where nothing goes wrong the call returns, and is not expected to: that is another failure.
  const Shrunk small =
      shrunk(failing_file("catalogue/tmo/tmo_080_deadline_while_disconnected.json", "it-fails"));
  EXPECT_EQ(small.after.rules, 2U);
  EXPECT_EQ(small.after.operations, 1U) << print(small.scenario);
}

TEST(Shrink, LetsFaultsGoThatHaveNothingToDoWithIt) {
  Failing failing = failing_file("catalogue/err/err_040_unserialisable_result.json", "it-raises");
  failing.scenario.faults.push_back(
      {.id = "late", .on = {.edge = sim::Edge::request}, .action = sim::Delay{{.a = 5ms}}});
  EXPECT_EQ(shrunk(failing).after.rules, 0U);
}

TEST(Shrink, NeverMakesAChanceACount) {
  const Scenario scenario = echoes();
  const auto small = shrink(scenario, SubjectProfile::strict, scenario.expect.always.front());
  ASSERT_TRUE(small);
  const sim::When& when = small->scenario.faults.front().when;
  EXPECT_TRUE(when.nth.empty());
  EXPECT_EQ(when.limit, 0U);
  // The rule either copies all that there is, or the one deviation says what it copies.
  EXPECT_EQ(small->after.deviations, when.prob ? 1U : 0U);
}

}  // namespace
}  // namespace castaway::scenario
