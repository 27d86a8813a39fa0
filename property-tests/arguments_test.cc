// How far arguments reach: what share of them ends at a fault, an event or a limit, and whether the
// fault that they name is to blame, which is tried by taking it away.

#include <algorithm>
#include <iostream>
#include <map>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/scenario/generate.h"
#include "castaway/scenario/run.h"

#include "regressions.h"
#include "settings.h"

namespace castaway::property {
namespace {

using check::Ground;
using check::Violation;
using scenario::Outcome;
using scenario::Scenario;
using scenario::SubjectProfile;

constexpr std::uint64_t generated_runs = 2000;
/// Those that classic's counting from the confirm makes late by a few milliseconds are late for one
/// reason alone, and no fault.
constexpr Duration slack = 500ms;

Scenario generated(std::uint64_t n) {
  return scenario::generate(scenario::seed_of_run(settings().seed, n), {.size = 40});
}

std::vector<std::pair<std::string, Violation>> violations_of(const Scenario& scenario,
                                                             const Outcome& outcome) {
  std::vector<std::pair<std::string, Violation>> all;
  for (const scenario::Finding& finding : judge(scenario, outcome)) {
    for (const Violation& violation : finding.verdict.violations)
      all.emplace_back(finding.property, violation);
  }
  return all;
}

/// Of the arguments of one property, those that end at something.
struct Share {
  std::size_t all = 0;
  std::size_t reached = 0;
};

class Shares {
 public:
  void take(const Scenario& scenario, const Outcome& outcome) {
    for (const auto& [property, violation] : violations_of(scenario, outcome)) {
      for (Share* const share : {&shares_[property], &total_}) {
        ++share->all;
        if (!violation.grounds.empty()) ++share->reached;
      }
    }
  }

  [[nodiscard]] double share() const {
    return static_cast<double>(total_.reached) / static_cast<double>(total_.all);
  }
  void print(const std::string& of_what) const {
    std::cout << "arguments that end at a fault, an event or a limit, " << of_what << ": "
              << total_.reached << " of " << total_.all << "\n";
    for (const auto& [property, share] : shares_)
      std::cout << "  " << property << ": " << share.reached << " of " << share.all << "\n";
  }

 private:
  std::map<std::string, Share> shares_ = {};
  Share total_ = {};
};

TEST(Arguments, OfGeneratedRunsReachACause) {
  Shares shares;
  for (std::uint64_t n = 1; n <= generated_runs; ++n) {
    const Scenario scenario = generated(n);
    shares.take(scenario,
                run(scenario, SubjectProfile::classic, scenario::seed_of_run(settings().seed, n)));
  }
  shares.print("of generated runs");
  EXPECT_GE(shares.share(), 0.95);
}

TEST(Arguments, OfTheCatalogueReachACause) {
  Shares shares;
  for (const Scenario& scenario : scenarios_in("catalogue")) {
    if (std::ranges::find(scenario.profiles, SubjectProfile::classic) == scenario.profiles.end())
      continue;
    for (std::uint64_t n = 0; n < std::min<std::uint64_t>(scenario.explore.runs, 20); ++n)
      shares.take(scenario,
                  run(scenario, SubjectProfile::classic, scenario::seed_of_run(scenario.seed, n)));
  }
  shares.print("of the catalogue");
  EXPECT_GE(shares.share(), 0.95);
}

/// What becomes of a violation without the fault that its argument names first.
enum class Without { gone, otherwise, unexplained };

Without without_its_fault(const Scenario& scenario, std::uint64_t seed, const std::string& property,
                          const Violation& violation) {
  Scenario calmer = scenario;
  std::erase_if(calmer.faults,
                [&](const sim::Rule& rule) { return rule.id == violation.grounds[0].name; });
  Outcome outcome = run(calmer, SubjectProfile::classic, seed);
  outcome.history.slack = slack;
  for (const auto& [other, still] : violations_of(calmer, outcome)) {
    if (other != property || still.op != violation.op || still.breach != violation.breach) continue;
    const bool explained = !still.grounds.empty() && still.grounds[0] != violation.grounds[0];
    return explained ? Without::otherwise : Without::unexplained;
  }
  return Without::gone;
}

TEST(Arguments, NameTheFaultThatIsToBlame) {
  constexpr std::size_t samples = 200;
  std::map<Without, std::size_t> found;
  std::size_t tried = 0;
  for (std::uint64_t n = 1; tried < samples; ++n) {
    ASSERT_LT(n, 5 * generated_runs) << "only " << tried << " arguments named a fault";
    const std::uint64_t seed = scenario::seed_of_run(settings().seed, n);
    const Scenario scenario = generated(n);
    Outcome outcome = run(scenario, SubjectProfile::classic, seed);
    outcome.history.slack = slack;
    const auto all = violations_of(scenario, outcome);
    const auto first = std::ranges::find_if(all, [](const auto& each) {
      const std::vector<Ground>& grounds = each.second.grounds;
      return !grounds.empty() && grounds[0].kind == Ground::Kind::fault;
    });
    if (first == all.end()) continue;
    ++tried;
    ++found[without_its_fault(scenario, seed, first->first, first->second)];
  }
  std::cout << "without the fault that they name, of " << samples << " violations "
            << found[Without::gone] << " are gone, and " << found[Without::otherwise]
            << " come about in another way\n";
  EXPECT_LE(found[Without::unexplained], samples / 20);
  EXPECT_GE(found[Without::gone], samples * 3 / 4);
}

}  // namespace
}  // namespace castaway::property
