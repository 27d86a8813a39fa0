// Properties of what a seed makes, without a scenario.

#include <iostream>

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "draw.h"
#include "scenario_property.h"

namespace castaway::property {

PropertyReport check_seeds(const std::string& name, const SeedProperty& property, int runs,
                           const Settings& settings) {
  std::uint64_t cases = 0;
  PropertyReport report;
  std::string wrong = failure_in_cases(name, runs, settings, [&] {
    const std::uint64_t seed = draw_seed();
    const Judgement judgement = property(seed);
    ++cases;
    report.judged += judgement.judged;
    if (!judgement.wrong.empty()) RC_FAIL(fmt::format("Seed {}: {}", seed, judgement.wrong));
  });
  if (wrong.empty() && report.judged == 0) wrong = "It is vacuous: no case had anything to judge.";
  report.holds = wrong.empty();
  report.text = fmt::format("property {}: {} cases from seed {}, {} judged.", name, cases,
                            settings.seed, report.judged) +
                (report.holds ? "" : '\n' + wrong);
  return report;
}

void for_all_seeds(const std::string& name, const SeedProperty& property, int runs) {
  const PropertyReport report = check_seeds(name, property, runs, settings());
  EXPECT_TRUE(report.holds) << report.text;
  if (report.holds) std::cout << report.text << "\n";
}

}  // namespace castaway::property
