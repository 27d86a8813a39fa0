// docs/guide/faults.md and the scenarios of scenarios/faults belong together, and leave no fault
// out.

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "castaway/scenario/json.h"

namespace castaway::scenario {
namespace {

namespace fs = std::filesystem;

const fs::path root = CASTAWAY_SOURCE_DIR;

std::string text_of(const fs::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
}

/// What docs/guide/faults.md links to, as "scenarios/faults/a.json".
std::set<std::string> links() {
  const std::string text = text_of(root / "docs/guide/faults.md");
  const std::string start = "](../../";
  std::set<std::string> found;
  for (std::size_t at = text.find(start); at != std::string::npos; at = text.find(start, at + 1)) {
    const std::size_t begin = at + start.size();
    found.insert(text.substr(begin, text.find(')', begin) - begin));
  }
  return found;
}

std::vector<fs::path> scenarios_in(const fs::path& folder) {
  std::vector<fs::path> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    const fs::path& path = entry.path();
    if (path.extension() == ".json" && path.filename() != "schema.json") files.push_back(path);
  }
  return files;
}

TEST(FaultsDocument, LinksOnlyToWhatIsThereAndToEveryScenarioOfAFault) {
  const std::set<std::string> linked = links();
  for (const std::string& link : linked) EXPECT_TRUE(fs::exists(root / link)) << link;
  for (const fs::path& path : scenarios_in(root / "scenarios/faults"))
    EXPECT_TRUE(linked.contains("scenarios/faults/" + path.filename().string())) << path;
}

/// Every action there is, made from its number.
template <std::size_t... Index>
std::set<std::string> every_action(std::index_sequence<Index...>) {
  return {std::string(sim::name_of(sim::Action(std::in_place_index<Index>)))...};
}
const std::set<std::string> all_actions =
    every_action(std::make_index_sequence<std::variant_size_v<sim::Action::variant>>());

TEST(FaultsDocument, NamesEveryActionAndEveryEdge) {
  const std::string text = text_of(root / "docs/guide/faults.md");
  for (const std::string& action : all_actions)
    EXPECT_THAT(text, testing::HasSubstr("`" + action + "`"));
  for (int edge = 0; edge <= static_cast<int>(sim::Edge::clock); ++edge)
    EXPECT_THAT(text, testing::HasSubstr(std::string(to_string(static_cast<sim::Edge>(edge)))));
}

TEST(FaultScenarios, ShowEveryActionAndSayThatItFires) {
  std::set<std::string> shown;
  for (const fs::path& path : scenarios_in(root / "scenarios")) {
    const Scenario scenario = load(text_of(path), path.string());
    std::set<std::string> fired;
    for (const Fired& expected : scenario.expect.fired) fired.insert(expected.fault);
    const bool of_a_fault = path.parent_path().filename() == "fault";
    for (const sim::Rule& rule : scenario.faults) {
      if (fired.contains(rule.id)) shown.insert(std::string(name_of(rule.action)));
      if (of_a_fault) {
        EXPECT_TRUE(fired.contains(rule.id)) << path << ": " << rule.id;
      }
    }
  }
  EXPECT_EQ(shown, all_actions);
}

}  // namespace
}  // namespace castaway::scenario
