// The program over real brokers: what docs/measurements/across.md says of the scenarios is what
// comes of them.

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "servers/nats_server.h"
#include "servers/rabbitmq_node.h"
#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string document = std::string(CASTAWAY_SOURCE_DIR) + "/docs/measurements/across.md";
const std::string begin_mark = "<!-- What follows is checked by ci/real_brokers. -->\n";

std::string rabbit_url() {
  return "rabbit://guest:guest@127.0.0.1:" + std::to_string(rabbit::RabbitMQNode::shared().port()) +
         "/";
}

/// What came of scenarios: in each profile over sim, rabbit and nats.
class Outcomes {
 public:
  explicit Outcomes(const std::string& json_lines) {
    std::istringstream lines(json_lines);
    for (std::string line; std::getline(lines, line);) take(nlohmann::json::parse(line));
  }

  /// As docs/measurements/across.md has them.
  [[nodiscard]] std::string text() const {
    std::string text = "| scenario | profiles | sim | rabbit | nats |\n|---|---|---|---|---|\n";
    for (const std::string& scenario : order_) text += rows_of(scenario);
    text += "\n## Why not\n\n";
    for (const auto& [why, scenarios] : why_not_) {
      text += "**" + why + "**\n";
      for (const std::string& scenario : scenarios) {
        text += (scenario == *scenarios.begin() ? "" : ", ") + scenario;
      }
      text += "\n\n";
    }
    text.pop_back();
    return text;
  }

 private:
  void take(const nlohmann::json& line) {
    const std::string scenario = line.at("scenario"), profile = line.at("profile");
    const std::string transport = line.at("transport"), result = line.at("result");
    if (!results_.contains(scenario)) order_.push_back(scenario);
    auto& profiles = results_[scenario];
    if (profiles.empty() || profiles.back().first != profile) profiles.push_back({profile, {}});
    const std::size_t column = transport == "sim" ? 0 : transport == "rabbit" ? 1 : 2;
    std::string& cell = profiles.back().second.at(column);
    cell = result;
    // Two servers take no turns on NATS: whether a copy meets the one that knows it is chance.
    const bool is_chance = transport == "nats" && profiles.back().second[0] == "expected failure";
    if (is_chance && (result == "pass" || result == "expected failure"))
      cell = "pass or expected failure";
    for (const std::string reason : line.at("reasons")) {
      const bool is_static = result == "not applicable" || reason.starts_with("not observable: ") ||
                             reason.starts_with("not judged: ");
      if (is_static && transport != "sim") why_not_[general(transport, reason)].insert(scenario);
    }
  }

  /// The reason without what is this scenario's own: the names of its rules and properties.
  [[nodiscard]] static std::string general(const std::string& transport, std::string reason) {
    for (const std::string start : {"not observable: ", "not judged: ", "rule "}) {
      if (!reason.starts_with(start)) continue;
      const std::size_t colon = reason.find(": ", start.size());
      reason = (start == "rule " ? "a rule: " : start) + reason.substr(colon + 2);
    }
    if (reason.starts_with("takes too long: ")) reason = "takes too long";
    return transport + ": " + reason;
  }

  [[nodiscard]] std::string rows_of(const std::string& scenario) const {
    std::vector<std::pair<std::array<std::string, 3>, std::string>> rows;  // and the profiles
    for (const auto& [profile, results] : results_.at(scenario)) {
      const auto same = std::find_if(rows.begin(), rows.end(),
                                     [&](const auto& row) { return row.first == results; });
      if (same == rows.end()) {
        rows.push_back({results, profile});
      } else {
        same->second += ", " + profile;
      }
    }
    std::string text;
    for (const auto& [results, profiles] : rows) {
      text += "| " + scenario + " | " + profiles;
      for (const std::string& result : results) text += " | " + (result.empty() ? "-" : result);
      text += " |\n";
    }
    return text;
  }

  std::vector<std::string> order_;
  std::map<std::string, std::vector<std::pair<std::string, std::array<std::string, 3>>>> results_;
  std::map<std::string, std::set<std::string>> why_not_;
};

TEST(Across, FaresAsTheDocumentSays) {
  const nats::NatsServer nats;
  const TemporaryFolder folder;
  const std::string results = folder.path() + "/results.jsonl";
  const Child child = run_child(
      {.arguments = {"run", "scenarios/catalogue", "--patience", "3s", "--jobs", "8", "--transport",
                     rabbit_url(), "--transport", nats.url(), "--results", results},
       .timeout = std::chrono::seconds(240)});
  EXPECT_EQ(child.err, "");
  EXPECT_EQ(child.exit_code, 0) << child.out;
  const std::string text = text_of(document);
  const std::size_t mark = text.find(begin_mark);
  ASSERT_NE(mark, std::string::npos) << document << " has lost its mark";
  const std::string head = text.substr(0, mark + begin_mark.size());
  const std::string fresh = head + '\n' + Outcomes(text_of(results)).text();
  if (std::getenv("CASTAWAY_ACCEPT") != nullptr) std::ofstream(document) << fresh;
  EXPECT_EQ(fresh, text_of(document)) << "If that is what it should be: CASTAWAY_ACCEPT=1\n"
                                      << child.out;
}

TEST(Across, LeavesNothingOnTheBroker) {
  const rabbit::RabbitMQNode& node = rabbit::RabbitMQNode::shared();
  const Child child = castaway({"run", "scenarios/catalogue/bas/bas_050_healthy_call.json",
                                "scenarios/catalogue/bas/bas_060_nobody_listening.json",
                                "scenarios/catalogue/fan", "--transport", rabbit_url()});
  EXPECT_EQ(child.exit_code, 0) << child.out;
  EXPECT_EQ(node.ctl({"-q", "list_queues", "name"}).find("castaway."), std::string::npos)
      << node.ctl({"list_queues", "name"});
  EXPECT_EQ(node.ctl({"-q", "list_exchanges", "name"}).find("castaway."), std::string::npos)
      << node.ctl({"list_exchanges", "name"});
}

TEST(Across, FailsWhereAPromiseIsBrokenAndSaysHow) {
  const TemporaryFolder folder;
  // classic executes it twice, and nobody has said that it may.
  const std::string scenario = folder.write("scenarios/a_late_confirm.json", R"({
    "scenario": 1, "name": "a-late-confirm", "profiles": ["strict", "classic"],
    "servers": [{"id": "s1", "topic": "t", "endpoint": {"pay": [{"return": null}]}},
                {"id": "s2", "topic": "t", "endpoint": {"pay": [{"return": null}]}}],
    "clients": [{"id": "c1", "timeout": "5s"}],
    "script": [{"task": "c1/main",
                "steps": [{"call": {"as": "pay", "topic": "t", "method": "pay"}}]}],
    "faults": [{"id": "lost", "on": {"edge": "confirm"}, "when": {"nth": [1]}, "do": {"drop": true}},
               {"id": "cut", "on": {"edge": "link", "from": "c1"},
                "when": {"after": {"ev": "accept", "op": "pay"}, "limit": 1},
                "do": {"disconnect": {"for": "100ms"}}}],
    "expect": {"fired": [{"fault": "lost"}, {"fault": "cut"}],
               "always": [{"law": "at-most-once"}]}})");
  const Child child = castaway({"run", scenario, "--transport", rabbit_url()}, folder.path());
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_THAT(child.out, HasSubstr("  rabbit, classic: fail: at-most-once: The call \"pay\" was "
                                   "executed twice, by s"));
  EXPECT_THAT(child.out, Not(HasSubstr("strict: fail")));
}

TEST(Across, PrintsWhatThereIsWhenItIsInterrupted) {
  const Child child =
      run_child({.program = "/usr/bin/timeout",
                 .arguments = {"--foreground", "--signal=INT", "3", CASTAWAY_PROGRAM, "run",
                               "scenarios/catalogue", "--transport", rabbit_url()}});
  EXPECT_THAT(child.out, HasSubstr("interrupted"));
  EXPECT_THAT(child.out, HasSubstr("  exit 130"));
}

TEST(Across, SaysWhichBrokerIsNotThere) {
  const Child child =
      castaway({"run", "scenarios/examples/bas", "--transport", "nats://127.0.0.1:1"});
  EXPECT_EQ(child.exit_code, 69);
  EXPECT_EQ(child.out, "");
  EXPECT_THAT(child.err, HasSubstr("castaway: nats://127.0.0.1:1/ cannot be reached: "));
}

}  // namespace
}  // namespace castaway::ci
