#include "selection.h"

#include <algorithm>
#include <cctype>
#include <filesystem>
#include <set>

#include <nlohmann/json.hpp>

#include "castaway/error.h"
#include "castaway/object.h"
#include "castaway/scenario/json.h"

#include "cli/files.h"
#include "files/folder.h"

namespace castaway::ci {

namespace {

namespace fs = std::filesystem;

/// What a file seems to be, before it is read in earnest. What is no JSON at all passes for a
/// scenario: its reader then says where it goes wrong.
enum class Seems { scenario, finding, schema, other };

Seems look_at(const std::string& text) {
  nlohmann::json value;
  try {
    value = parse_json(text);
  } catch (const DecodeError&) {
    return Seems::scenario;
  }
  if (!value.is_object()) return Seems::other;
  if (value.contains("finding") || value.contains("deviations")) return Seems::finding;
  if (value.contains("scenario")) return Seems::scenario;
  const auto schema = value.find("$schema");
  const bool is_schema = schema != value.end() && schema->is_string() &&
                         schema->get<std::string>().find("json-schema.org") != std::string::npos;
  return is_schema ? Seems::schema : Seems::other;
}

std::string section_of(const std::string& path) {
  std::error_code error;  // the folder that we are in may be gone
  const fs::path absolute = fs::absolute(path, error);
  std::string name = absolute.lexically_normal().parent_path().filename().string();
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return name;
}

bool is_golden(const fs::path& path) {
  const fs::path folder = path.parent_path();
  return std::find(folder.begin(), folder.end(), "golden") != folder.end();
}

/// Reads file after file, and leaves out what cannot be read.
class Selector {
 public:
  explicit Selector(InputProblems& problems) : problems_(problems) {}

  void take(const std::string& path) {
    std::error_code error;
    if (!fs::is_directory(path, error)) {
      attempt([&] { read(path, true); });
      return;
    }
    for (const std::string& file : json_files_below(path, problems_)) {
      attempt([&] { read(file, false); });
    }
  }

  std::vector<Selected> selection() { return std::move(selection_); }

 private:
  void attempt(const auto& action) {
    try {
      problems_.attempt(action);
    } catch (const scenario::ScenarioError& error) {
      problems_.add(ExitCode::bad_input, error.what());
    }
  }

  void read(const std::string& path, bool named) {
    const std::string shown = fs::path(path).lexically_normal().string();
    std::error_code error;
    const fs::path real = fs::weakly_canonical(path, error);
    if (!error && !seen_.insert(real).second) return;
    const std::string text = read_file(path);
    const Seems seems = look_at(text);
    if (!named && seems == Seems::schema) return;
    if (!named && seems == Seems::other) {
      if (is_golden(path)) return;
      throw InputError(ExitCode::bad_input,
                       shown + ": this is no scenario: it has no key \"scenario\" at its top");
    }
    scenario::Scenario scenario = read_as_written(text, shown);
    selection_.push_back({.path = shown,
                          .section = section_of(path),
                          .named = named,
                          .scenario = std::move(scenario)});
  }

  InputProblems& problems_;
  std::vector<Selected> selection_;
  std::set<fs::path> seen_;  ///< one file, however it is called, is one scenario
};

}  // namespace

scenario::Scenario read_as_written(const std::string& text, const std::string& path) {
  return look_at(text) == Seems::finding ? scenario::parse(text, path) : scenario::load(text, path);
}

std::vector<Selected> select(const std::vector<std::string>& paths, InputProblems& problems) {
  Selector selector(problems);
  for (const std::string& path : paths) selector.take(path);
  return selector.selection();
}

std::vector<Item> items(const std::vector<Selected>& selection,
                        std::optional<scenario::SubjectProfile> profile) {
  std::vector<Item> result;
  for (const Selected& selected : selection) {
    const std::vector<scenario::SubjectProfile>& listed = selected.scenario.profiles;
    if (!profile) {
      for (const scenario::SubjectProfile each : listed) result.push_back({&selected, each});
    } else if (selected.named ||
               std::find(listed.begin(), listed.end(), *profile) != listed.end()) {
      result.push_back({&selected, *profile});
    }
  }
  return result;
}

}  // namespace castaway::ci
