#include "regressions.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "catalogue.h"
#include "cli/console.h"
#include "cli/text.h"
#include "cli/version.h"
#include "report/report.h"

namespace castaway::ci {

namespace {

namespace fs = std::filesystem;

constexpr std::string_view folder_name = "regressions";

bool is_regression(const Selected& selected) {
  const fs::path folder = fs::path(selected.path).parent_path();
  return std::ranges::find(folder, fs::path(folder_name)) != folder.end();
}

bool is_folder(const fs::path& path) {
  std::error_code error;
  return fs::is_directory(path, error);
}

/// As people would name it from here.
std::string shown(const fs::path& path) {
  std::error_code error;
  const fs::path relative = fs::relative(path, error);
  const bool is_below = !error && !relative.empty() && *relative.begin() != "..";
  return (is_below ? relative : path).string();
}

std::string again(const ItemResult& result) {
  return fmt::format("{} run {} --profile {}", command_name(),
                     shell_word(result.item.selected->path), to_string(result.item.profile));
}

}  // namespace

std::string regressions_of(const std::string& path) {
  std::error_code error;
  fs::path folder = fs::weakly_canonical(path, error);
  if (error) return "";
  if (!is_folder(folder)) folder = folder.parent_path();
  if (is_folder(folder / folder_name)) return shown(folder / folder_name);
  for (; folder.has_relative_path(); folder = folder.parent_path()) {
    if (folder.filename() == "scenarios" && is_folder(folder / folder_name))
      return shown(folder / folder_name);
  }
  return "";
}

std::vector<Selected> select_regressions_first(const std::vector<std::string>& paths, bool beside,
                                               InputProblems& problems) {
  std::vector<std::string> all;
  for (const std::string& path : paths) {
    if (!beside || !is_folder(path)) continue;
    const std::string folder = regressions_of(path);
    if (!folder.empty()) all.push_back(folder);
  }
  all.insert(all.end(), paths.begin(), paths.end());
  std::vector<Selected> first, rest;
  for (Selected& one : select(all, problems))
    (is_regression(one) ? first : rest).push_back(std::move(one));
  std::ranges::move(rest, std::back_inserter(first));
  return first;
}

std::vector<Selected> regressions_for(const std::vector<std::string>& paths,
                                      InputProblems& problems) {
  std::vector<std::string> folders;
  for (const std::string& path : paths.empty() ? std::vector{default_folder()} : paths) {
    const std::string folder = path.empty() ? "" : regressions_of(path);
    if (!folder.empty()) folders.push_back(folder);
  }
  return select(folders, problems);
}

ExitCode run_regressions(const std::vector<Selected>& regressions,
                         std::optional<scenario::SubjectProfile> profile, Console& console) {
  const std::vector<Item> all = items(regressions, profile);
  if (all.empty()) return ExitCode::fine;
  std::array<std::uint64_t, marks> counts = {};
  std::string blocks;
  ExitCode code = ExitCode::fine;
  run_all(all, {}, console, [&](const ItemResult& result) {
    ++counts[static_cast<std::size_t>(result.mark)];
    code = worse(code, ci::exit_code(result.mark));
    if (result.mark != Mark::pass && result.mark != Mark::expected_fail)
      blocks += block(result, {.again = again(result)}) + '\n';
  });
  std::vector<std::string> parts;
  for (int mark = 0; mark < marks; ++mark) {
    const std::uint64_t number = counts[static_cast<std::size_t>(mark)];
    if (number != 0) parts.push_back(words(static_cast<Mark>(mark), number));
  }
  console.say(fmt::format("regressions first: {}, {}\n\n", count(regressions.size(), "scenario"),
                          listed(parts)) +
              blocks);
  return code;
}

}  // namespace castaway::ci
