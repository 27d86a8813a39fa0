// Files that are wrong in every way we can think of, given to every verb that reads them: each is
// answered with a documented exit code, and what is bad about it in lines that name the file.
//
//     CASTAWAY_CASES=20000 CASTAWAY_SEED=7 build/dev/ci/ci_test --gtest_filter='WrongFiles*'

#include <algorithm>
#include <filesystem>
#include <map>
#include <set>
#include <sstream>

#include <gtest/gtest.h>

#include "testing/child.h"
#include "testing/mutations.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

const std::vector<int> documented = {0, 1, 2, 3, 4, 65, 66, 130};
/// What takes long is interrupted, which it has to heed soon: a scenario may want 2^64 runs.
const std::vector<std::string> not_for_long = {"--preserve-status", "-s", "INT", "-k", "60", "5",
                                               CASTAWAY_PROGRAM};

std::uint64_t number_from(const char* variable, std::uint64_t otherwise) {
  const char* text = std::getenv(variable);
  return text == nullptr ? otherwise : std::stoull(text);
}

/// A sound file, and what it may be given to; FILE and OUT are replaced.
struct Sound {
  std::string text = {};
  std::vector<std::string> commands = {};
};

std::vector<Sound> sound_files(const TemporaryFolder& folder) {
  const std::vector<std::string> of_scenarios = {
      "list FILE", "run FILE --runs 2 --jobs 1 --out OUT",
      "run FILE --profile classic --runs 1 --jobs 1 --out OUT --timeline",
      "explore FILE --runs 2 --jobs 1 --seed 1 --out OUT",
      "shrink FILE --budget 5 --output OUT/shrunk.json"};
  const std::vector<std::string> of_findings = {"run FILE --jobs 1 --out OUT", "replay FILE",
                                                "replay FILE --lenient --timeline -v",
                                                "shrink FILE --budget 5 --output OUT/shrunk.json"};
  const std::vector<std::string> of_histories = {"check FILE", "check FILE --window 5",
                                                 "check FILE --timeline -v"};
  std::vector<Sound> files;
  // In the order of their names: a seed is the same case everywhere.
  std::set<std::string> scenarios;
  for (const std::string folder : {"/ci/verbs/testdata/section", "/scenarios/faults",
                                   "/scenarios/catalogue", "/scenarios/examples"}) {
    const std::filesystem::path root = CASTAWAY_SOURCE_DIR + folder;
    for (const auto& entry : std::filesystem::recursive_directory_iterator(root)) {
      if (entry.path().extension() == ".json") scenarios.insert(entry.path().string());
    }
  }
  for (const std::string& path : scenarios) files.push_back({text_of(path), of_scenarios});

  const std::string twice = scenario_path("section/a_lost_ack_runs_a_call_twice.json");
  const std::string history = folder.path() + "/sound.jsonl";
  const std::string finding = folder.path() + "/sound.json";
  const std::string out = folder.path() + "/sound";
  static_cast<void>(castaway({"run", twice, "--profile", "classic", "--history", history}));
  static_cast<void>(castaway({"shrink", twice, "--profile", "classic", "--output", finding}));
  static_cast<void>(castaway({"explore", "--generated", "--profile", "classic", "--runs", "40",
                              "--seed", "7", "--jobs", "1", "--out", out}));
  // As many others as there are scenarios.
  for (std::size_t i = 0; i < scenarios.size(); i += 4) {
    files.push_back({text_of(finding), of_findings});
    files.push_back({text_of(history), of_histories});
    files.push_back({text_of(history), of_histories});
    files.push_back({text_of(out + "/explore.jsonl"), {"merge FILE --out OUT"}});
  }
  return files;
}

class WrongFiles : public testing::Test {
 protected:
  /// Everything about one case; the file stays where it failed.
  void judge(std::uint64_t seed) {
    // Neighbours have nothing in common.
    const std::uint64_t dice = (seed * 0x9e3779b97f4a7c15U) >> 20U;
    const Sound& sound = files_[dice % files_.size()];
    const std::string wrong = mutated(sound.text, seed);
    const std::string path = folder_.write("wrong", wrong);
    const std::string& command = sound.commands[dice / files_.size() % sound.commands.size()];
    const Child child = run_child(
        {.program = "timeout", .arguments = words(command, path), .directory = folder_.path()});
    ++codes_[child.exit_code];
    const bool known = std::ranges::count(documented, child.exit_code) != 0;
    const bool bad = child.exit_code == 65 || child.exit_code == 66;
    const bool named = !bad || (child.err.starts_with(path + ":") && child.err.ends_with('\n'));
    if (known && named) return;
    const std::string kept = testing::TempDir() + "castaway-wrong-" + std::to_string(seed);
    std::ofstream(kept, std::ios::binary) << wrong;
    ADD_FAILURE() << "castaway " << command << "\n  FILE is " << kept << "\n  exit code "
                  << child.exit_code << ", signal " << child.signal << "\n"
                  << child.err.substr(0, 2000) << child.out.substr(0, 2000);
  }

  /// How many of a hundred cases ended so.
  [[nodiscard]] double share(int code) const {
    double all = 0;
    for (const auto& [each, number] : codes_) all += static_cast<double>(number);
    const auto found = codes_.find(code);
    return found == codes_.end() ? 0 : static_cast<double>(found->second) * 100 / all;
  }

 private:
  [[nodiscard]] std::vector<std::string> words(const std::string& command,
                                               const std::string& path) const {
    std::istringstream in(command);
    std::vector<std::string> result = not_for_long;
    for (std::string word; in >> word;) {
      if (word == "FILE") word = path;
      if (word.starts_with("OUT")) word.replace(0, 3, folder_.path() + "/out");
      result.push_back(word);
    }
    return result;
  }

  const TemporaryFolder folder_;
  const std::vector<Sound> files_ = sound_files(folder_);
  std::map<int, int> codes_;
};

TEST_F(WrongFiles, AreAnsweredInWordsAndWithACodeThatIsDocumented) {
  const std::uint64_t first = number_from("CASTAWAY_SEED", 1);
  const std::uint64_t cases = number_from("CASTAWAY_CASES", 500);
  for (std::uint64_t seed = first; seed < first + cases; ++seed) judge(seed);
  // Many are refused, and as many are just sound enough to get further.
  EXPECT_GT(share(65), 20);
  EXPECT_GT(share(0) + share(1) + share(2) + share(3), 20);
}

}  // namespace

}  // namespace castaway::ci
