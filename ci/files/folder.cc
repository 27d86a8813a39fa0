#include "folder.h"

#include <algorithm>
#include <filesystem>
#include <system_error>

#include <fmt/format.h>

namespace castaway::ci {

namespace {

namespace fs = std::filesystem;

/// A link that leads nowhere counts as one, so that its reader says what is wrong with it.
bool may_be_a_file(const fs::path& path) {
  std::error_code error;
  const fs::file_status status = fs::status(path, error);
  return fs::is_regular_file(status) || !fs::exists(status) || error;
}

/// Puts what is in one folder with the files that were found, or the folders that are to be
/// searched.
void search(const fs::path& folder, std::vector<std::string>& files, std::vector<fs::path>& folders,
            InputProblems& problems) {
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error);
       !error && entry != fs::directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    if (path.filename().string().starts_with('.')) continue;
    std::error_code ignored;
    if (fs::is_directory(fs::symlink_status(path, ignored))) {
      folders.push_back(path);
    } else if (path.extension() == ".json" && may_be_a_file(path)) {
      files.push_back(path.string());
    }
  }
  if (!error) return;
  problems.add(ExitCode::no_input,
               fmt::format("{}: cannot be read: {}", folder.string(), error.message()));
}

}  // namespace

std::vector<std::string> json_files_below(const std::string& folder, InputProblems& problems) {
  std::vector<std::string> files;
  for (std::vector<fs::path> folders = {folder}; !folders.empty();) {
    const fs::path next = std::move(folders.back());
    folders.pop_back();
    search(next, files, folders, problems);
  }
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace castaway::ci
