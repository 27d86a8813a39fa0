// What the strict library keeps, oslo.messaging breaks under the same faults, in each of the ways
// that were measured against a real broker.

#include <iostream>
#include <optional>

#include <gtest/gtest.h>

#include "castaway/check/laws.h"

#include "scenario_property.h"

namespace castaway::property {
namespace {

constexpr std::uint64_t most_runs = 8000;

/// An operation that was executed twice, and the one rule that was to blame.
struct Found {
  std::string kind = {};
  bool elsewhere = false;  ///< by two servers
};

bool executed_by_two_servers(const check::History& history) {
  std::map<check::Symbol, check::Symbol> servers;
  for (const check::Event& event : history.events()) {
    if (event.kind != check::EventKind::execute) continue;
    const auto [first, added] = servers.emplace(event.op, event.actor);
    if (!added && first->second != event.actor) return true;
  }
  return false;
}

/// Fanouts are executed by every server anyway; without them the question is clear.
void leave_out_fanouts(scenario::Scenario& scenario) {
  for (scenario::Script& script : scenario.script) {
    for (scenario::ScriptStep& step : script.steps) {
      auto* operation = std::get_if<scenario::Operation>(&step);
      if (operation != nullptr && operation->kind == scenario::Operation::Kind::fanout) {
        operation->kind = scenario::Operation::Kind::cast;
      }
    }
  }
}

/// Looks for a second execution that is there with one rule and is not there without any.
std::optional<Found> look(std::uint64_t seed) {
  scenario::Scenario scenario = scenario::generate(seed, {.size = 40});
  leave_out_fanouts(scenario);
  if (scenario.faults.empty()) return {};
  scenario.faults.resize(1);
  const scenario::Outcome outcome =
      scenario::run(scenario, scenario::SubjectProfile::classic, seed);
  if (!check::at_most_once(outcome.history).violated()) return {};
  const Found found{.kind = kind_of(scenario.faults.front()),
                    .elsewhere = executed_by_two_servers(outcome.history)};
  scenario.faults.clear();
  const scenario::Outcome calm = scenario::run(scenario, scenario::SubjectProfile::classic, seed);
  if (check::at_most_once(calm.history).violated()) return {};
  return found;
}

TEST(Classic, ExecutesTwiceInEachOfTheWaysThatAreKnown) {
  std::map<std::string, std::uint64_t> wanted = {
      {"a confirm is lost, and another server gets the request again", 0},
      {"a confirm is lost, and the server has forgotten the request when it comes again", 0},
      {"an ack is lost, and another server gets the request again", 0},
      {"a confirm is late, and another server gets the request again", 0}};
  const auto name_of = [](const Found& found) -> std::string {
    if (found.kind == "confirm deliver drop") {
      return found.elsewhere ? "a confirm is lost, and another server gets the request again"
                             : "a confirm is lost, and the server has forgotten the request when "
                               "it comes again";
    }
    if (!found.elsewhere) return {};
    if (found.kind == "ack publish drop") {
      return "an ack is lost, and another server gets the request again";
    }
    if (found.kind == "confirm deliver delay") {
      return "a confirm is late, and another server gets the request again";
    }
    return {};
  };
  std::size_t missing = wanted.size();
  for (std::uint64_t n = 1; n <= most_runs && missing > 0; ++n) {
    const std::optional<Found> found = look(scenario::seed_of_run(1, n));
    if (!found) continue;
    const auto way = wanted.find(name_of(*found));
    if (way == wanted.end() || way->second != 0) continue;
    way->second = n;
    --missing;
  }
  for (const auto& [way, runs] : wanted) {
    EXPECT_NE(runs, 0U) << "not in " << most_runs << " runs: " << way;
    std::cout << "within " << runs << " runs: " << way << "\n";
  }
}

TEST(Classic, DoesNotBoundACallByItsTimeout) {
  const PropertyReport report = check_scenarios(
      "classic-deadline", keeps(check::deadline),
      {.profile = scenario::SubjectProfile::classic, .generate = {.faults = false}}, {});
  EXPECT_FALSE(report.holds) << report.text;
}

/// What it breaks has roots: it invents nothing, and confuses nobody's replies.
TEST(Classic, StillGivesEachCallItsOwnReply) {
  for_all_scenarios("classic-own-reply", keeps(check::own_reply),
                    {.profile = scenario::SubjectProfile::classic});
  for_all_scenarios("classic-no-phantom", keeps(check::no_phantom),
                    {.profile = scenario::SubjectProfile::classic});
}

}  // namespace
}  // namespace castaway::property
