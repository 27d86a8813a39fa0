// docs/measurements/interop.md names the tests that show what it says: all of them, and none that
// is not there.

#include <fstream>
#include <regex>
#include <set>

#include <gmock/gmock.h>

namespace castaway::interop {
namespace {

using Names = std::set<std::string>;

/// "Suite.Test" of every test of this program that is about two parties, whatever its profiles.
Names tests_of_this_program() {
  const Names suites = {"OursToOslo", "OsloToOurs", "Violations", "ServerEnds", "Recovery"};
  Names names;
  const testing::UnitTest& program = *testing::UnitTest::GetInstance();
  for (int s = 0; s < program.total_test_suite_count(); ++s) {
    const testing::TestSuite& suite = *program.GetTestSuite(s);
    const std::string suite_name = std::regex_replace(suite.name(), std::regex("^Profiles/"), "");
    if (!suites.contains(suite_name)) continue;
    for (int t = 0; t < suite.total_test_count(); ++t) {
      const std::string test = suite.GetTestInfo(t)->name();
      names.insert(suite_name + "." + test.substr(0, test.find('/')));
    }
  }
  return names;
}

/// The tests that rows of the page name: `Suite.Test`, or `Test` of both directions.
Names tests_of_the_page() {
  std::ifstream file(CASTAWAY_SOURCE_DIR "/docs/measurements/interop.md");
  Names names;
  const std::regex test("`(?:(\\w+)\\.)?([A-Z]\\w+)` \\|$");
  for (std::string line; std::getline(file, line);) {
    std::smatch found;
    if (!std::regex_search(line, found, test)) continue;
    if (found[1].matched) {
      names.insert(found[1].str() + "." + found[2].str());
    } else {
      names.insert("OursToOslo." + found[2].str());
      names.insert("OsloToOurs." + found[2].str());
    }
  }
  return names;
}

TEST(InteropTable, NamesEveryTestAndNoOther) {
  const Names tests = tests_of_this_program();
  EXPECT_GT(tests.size(), 40U);
  EXPECT_EQ(tests_of_the_page(), tests);
}

}  // namespace
}  // namespace castaway::interop
