#include "castaway/scenario/json.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace castaway::scenario {
namespace {

using nlohmann::json;

const std::filesystem::path folder = std::filesystem::path(CASTAWAY_SOURCE_DIR) / "scenarios";

std::string text_of(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::stringstream text;
  text << file.rdbuf();
  return text.str();
}

const std::vector<std::string> examples = {
    "examples/amo/duplicate_outside_the_dedup_window.json",
    "examples/tmo/late_answer_must_not_answer_the_next_question.json",
    "examples/ord/casts_may_swap_calls_may_not.json",
    "examples/rty/outage_in_the_middle_of_a_call.json",
};

TEST(Examples, AreLoadedAndPrintedAsTheyStand) {
  for (const std::string& path : examples) {
    const std::string text = text_of(folder / path);
    ASSERT_FALSE(text.empty()) << path;
    EXPECT_EQ(print(load(text, path)), text);
  }
}

TEST(Examples, CutAnywhereAreRefusedWithAPlace) {
  for (const std::string& path : examples) {
    const std::string text = text_of(folder / path);
    const std::size_t end = text.find_last_of('}');
    for (std::size_t length = 0; length < end; ++length) {
      try {
        static_cast<void>(parse(std::string_view(text).substr(0, length), path));
        FAIL() << path << " cut at " << length << " was read";
      } catch (const ScenarioError& error) {
        ASSERT_EQ(error.problems().size(), 1U);
        EXPECT_GE(error.problems().front().line, 1);
        EXPECT_GE(error.problems().front().column, 1);
        EXPECT_TRUE(std::string(error.what()).starts_with(path + ":")) << error.what();
      }
    }
  }
}

TEST(Catalogue, IsLoadedAndSurvivesPrinting) {
  std::size_t files = 0;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(folder)) {
    const std::filesystem::path& path = entry.path();
    if (path.extension() != ".json" || path.filename() == "schema.json") continue;
    const Scenario scenario = load(text_of(path), path.filename());
    EXPECT_EQ(parse(print(scenario), "printed"), scenario) << path.filename();
    ++files;
  }
  EXPECT_GE(files, examples.size());
}

/// The smallest scenario there is, with more to it.
std::string with(const std::string& more) {
  return R"({"scenario": 1, "name": "a", "servers": [], "clients": [{"id": "c1"}],
 "script": [{"task": "c1/main", "steps": [{"wait": "1s"}]}],
 "expect": {"always": []})" +
         more + "}";
}

TEST(Parse, GivesWhatIsNotSaidItsDefault) {
  const Scenario scenario = parse(with(""), "a.json");
  EXPECT_EQ(scenario.seed, 1U);
  EXPECT_EQ(scenario.profiles, std::vector<SubjectProfile>{SubjectProfile::strict});
  EXPECT_EQ(scenario.clock, Clock());
  EXPECT_EQ(scenario.broker, BrokerWorld());
  EXPECT_EQ(scenario.explore, Explore());
  EXPECT_EQ(scenario.deviations, std::nullopt);
  EXPECT_EQ(scenario.finding, nullptr);
  EXPECT_EQ(scenario.clients, (std::vector<Client>{{.id = "c1", .retry = -1, .timeout = {}}}));
}

TEST(Parse, TakesDefaultsThatAreSaid) {
  EXPECT_EQ(parse(with(R"(, "seed": 1, "profiles": ["strict"], "faults": [],
    "clock": {"mode": "virtual", "limit": "2min", "slack": "0s"},
    "broker": {"order": "fifo", "topology": "oslo", "durable": false, "mandatory": false, "latency": {"const": "500us"}},
    "explore": {"strategy": "single", "runs": 1, "stop": "first-failure"})"),
                  "a.json"),
            parse(with(""), "a.json"));
}

TEST(Parse, ReadsSeedsOfSixtyFourBits) {
  EXPECT_EQ(parse(with(R"(, "seed": 9007199254740992)"), "a").seed, std::uint64_t{1} << 53);
  EXPECT_EQ(parse(with(R"(, "seed": "18446744073709551615")"), "a").seed, ~std::uint64_t{0});
  EXPECT_EQ(parse(with(R"(, "seed": "7")"), "a").seed, 7U);
}

TEST(Parse, DoesNotMindAByteOrderMark) {
  EXPECT_EQ(parse("\xef\xbb\xbf" + with(""), "a"), parse(with(""), "a"));
}

TEST(Parse, GivesAnAckItsOnlyHop) {
  const auto on = [](const std::string& hop) {
    return parse(with(R"(, "faults": [{"id": "f", "on": {"edge": "ack")" + hop +
                      R"(}, "do": {"drop": true}}])"),
                 "a")
        .faults.front()
        .on;
  };
  EXPECT_EQ(on("").hop, sim::Hop::publish);
  EXPECT_EQ(on(R"(, "hop": "deliver")").hop, sim::Hop::deliver);
}

TEST(Parse, KeepsWhatAFindingSaysOfItself) {
  const Scenario scenario =
      parse(with(R"(, "deviations": [{"at": "c1/main/burst", "answer": "18446744073709551615"}],
                     "finding": {"verdict": {"z": [1, null]}, "a": 2.5})"),
            "a");
  ASSERT_NE(scenario.finding, nullptr);
  EXPECT_EQ(*scenario.finding, json::parse(R"({"a": 2.5, "verdict": {"z": [1, null]}})"));
  EXPECT_EQ(scenario.deviations,
            (std::vector<sim::Deviation>{{"c1/main/burst", ~std::uint64_t{0}}}));
  EXPECT_EQ(parse(print(scenario), "printed"), scenario);
}

TEST(Print, LeavesOutWhatIsTheDefault) {
  Scenario scenario = parse(with(""), "a");
  EXPECT_EQ(print(scenario), R"({
  "scenario": 1,
  "name": "a",
  "servers": [],
  "clients": [{"id": "c1"}],
  "script": [{"task": "c1/main", "steps": [{"wait": "1s"}]}],
  "expect": {}
}
)");
}

TEST(Print, BreaksLinesWhereTheyAreFull) {
  Scenario scenario = parse(with(""), "a");
  Operation call{.as = "first", .topic = "compute", .method = "resize", .timeout = 5s};
  call.args = Object({{"flavor", "m1.small"}, {"host", "host-1"}, {"migrate", true}});
  scenario.script.front().steps = {call, Wait{1s}};
  scenario.deviations.emplace(3, sim::Deviation{"c1/first/request/deliver/late", 1});
  EXPECT_EQ(print(scenario), R"({
  "scenario": 1,
  "name": "a",
  "servers": [],
  "clients": [{"id": "c1"}],
  "script": [{"task": "c1/main", "steps": [
    {"call": {"as": "first", "topic": "compute", "method": "resize",
              "args": {"flavor": "m1.small", "host": "host-1", "migrate": true}, "timeout": "5s"}},
    {"wait": "1s"}
  ]}],
  "expect": {},
  "deviations": [
    {"at": "c1/first/request/deliver/late", "answer": 1},
    {"at": "c1/first/request/deliver/late", "answer": 1},
    {"at": "c1/first/request/deliver/late", "answer": 1}
  ]
}
)");
}

TEST(Print, PacksNumbersIntoLines) {
  Scenario scenario = parse(with(""), "a");
  Operation cast{.kind = Operation::Kind::cast, .as = "k", .topic = "t", .method = "m"};
  for (std::uint32_t i = 0; i < 40; ++i) cast.only.push_back(100 + i);
  scenario.script.front().steps = {cast};
  EXPECT_THAT(print(scenario),
              testing::HasSubstr(
                  R"(  "script": [{"task": "c1/main", "steps": [{"cast": {"as": "k", "only": [
    100, 101, 102, 103, 104, 105, 106, 107, 108, 109, 110, 111, 112, 113, 114, 115, 116, 117, 118,
    119, 120, 121, 122, 123, 124, 125, 126, 127, 128, 129, 130, 131, 132, 133, 134, 135, 136, 137,
    138, 139
  ], "topic": "t", "method": "m"}}]}],
)"));
}

}  // namespace
}  // namespace castaway::scenario
