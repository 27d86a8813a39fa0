#include "catalogue.h"

#include <filesystem>

#include <nlohmann/json.hpp>

namespace castaway::ci {

extern const std::string_view gallery_json;
extern const std::string_view classic_baseline_json;

namespace fs = std::filesystem;

std::string default_folder() {
  std::error_code error;
  if (fs::is_directory("scenarios", error)) return "scenarios";
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path installed = (program.parent_path() / CASTAWAY_SCENARIOS).lexically_normal();
  return !error && fs::is_directory(installed, error) ? installed.string() : "";
}

std::vector<Selected> known_scenarios(const std::vector<std::string>& paths,
                                      InputProblems& problems) {
  if (!paths.empty()) return select(paths, problems);
  const std::string folder = default_folder();
  return folder.empty() ? std::vector<Selected>{} : select({folder}, problems);
}

std::string catalogue_folder() {
  const std::string folder = default_folder();
  return folder.empty() ? "" : folder + "/catalogue";
}

std::map<std::string, std::vector<std::string>> shown_by(const std::vector<Selected>& scenarios) {
  std::map<std::string, std::vector<std::string>> paths;
  for (const Selected& selected : scenarios) {
    for (const std::string& id : selected.scenario.cases) paths[id].push_back(selected.path);
  }
  return paths;
}

std::vector<KnownFailure> known_failures_of_classic() {
  std::vector<KnownFailure> failures;
  for (const nlohmann::json& one : nlohmann::json::parse(classic_baseline_json)) {
    failures.push_back(
        {.case_id = one.at("case"), .reason = one.at("reason"), .source = one.at("source")});
  }
  return failures;
}

std::vector<Mutant> gallery() {
  std::vector<Mutant> mutants;
  for (const nlohmann::json& mutant : nlohmann::json::parse(gallery_json)) {
    mutants.push_back({.id = mutant.at("id"),
                       .name = mutant.at("name"),
                       .about = mutant.at("about"),
                       .killed_by = mutant.value("killed_by", std::vector<std::string>()),
                       .benign = mutant.value("benign", false),
                       .survives = mutant.value("survives", "")});
  }
  return mutants;
}

}  // namespace castaway::ci
