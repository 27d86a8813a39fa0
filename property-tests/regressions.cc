#include "regressions.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>

#include "castaway/scenario/json.h"

namespace castaway::property {

std::vector<scenario::Scenario> scenarios_in(const std::string& folder) {
  std::vector<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::recursive_directory_iterator(
           std::filesystem::path(CASTAWAY_SOURCE_DIR) / "scenarios" / folder)) {
    if (entry.path().extension() == ".json") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<scenario::Scenario> all;
  for (const std::filesystem::path& path : files) {
    std::ifstream file(path);
    const std::string text{std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>()};
    all.push_back(scenario::parse(text, path.string()));
  }
  return all;
}

std::string wrong_with_regressions(const std::string& name, const Property& property,
                                   scenario::SubjectProfile profile) {
  for (const scenario::Scenario& kept : scenarios_in("regressions")) {
    if (std::ranges::count(kept.profiles, profile) == 0) continue;
    const scenario::Outcome outcome = scenario::run(kept, profile, kept.seed);
    const Case found = {
        .scenario = kept, .seed = kept.seed, .profile = profile, .outcome = outcome};
    const Judgement judgement = property(found);
    if (!judgement.wrong.empty()) {
      return "The regression " + kept.name + ": " +
             counterexample(name + "-regression", found, judgement.wrong);
    }
  }
  return {};
}

}  // namespace castaway::property
