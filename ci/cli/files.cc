#include "files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <fstream>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "castaway/nearest.h"

#include "console.h"

namespace castaway::ci {

namespace {

namespace fs = std::filesystem;

/// No scenario comes near it; /dev/zero does.
constexpr std::size_t largest_file = std::size_t{64} << 20U;

std::string reason() { return std::generic_category().message(errno); }

class Descriptor {
 public:
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  ~Descriptor() {
    if (number_ > STDERR_FILENO) close(number_);
  }
  [[nodiscard]] int number() const { return number_; }

 private:
  int number_;
};

InputError unreadable(const std::string& path, const std::string& why) {
  return {ExitCode::no_input, fmt::format("{}: cannot be read: {}", path, why)};
}

OutputError unwritable(const std::string& path, const std::string& why) {
  return OutputError(fmt::format("{}: cannot be written: {}", path, why));
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    names.push_back(entry.path().filename().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

/// The path with its first part that is not there replaced by the nearest that is; empty if there
/// is none.
std::string nearest_path(const fs::path& path) {
  fs::path so_far;
  for (auto part = path.begin(); part != path.end(); ++part) {
    std::error_code error;
    if (fs::exists(so_far / *part, error)) {
      so_far /= *part;
      continue;
    }
    const std::string nearest =
        castaway::nearest(part->string(), names_in(so_far.empty() ? "." : so_far));
    return nearest.empty() ? "" : (so_far / nearest).string();
  }
  return "";
}

}  // namespace

std::string not_there(const std::string& path) {
  const std::string nearest = nearest_path(path);
  return fmt::format("{}: there is no such file or folder{}", path,
                     nearest.empty() ? "" : "; the nearest is " + nearest);
}

namespace {

/// Throws: InputError.
int open_file(const std::string& path) {
  const int number = open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (number >= 0) return number;
  if (errno == ENOENT) throw InputError(ExitCode::no_input, not_there(path));
  throw unreadable(path, reason());
}

}  // namespace

void require_readable(const std::string& path) {
  const Descriptor file(open_file(path));
  char byte = 0;
  // A folder can be opened, but not read.
  if (read(file.number(), &byte, 1) < 0) throw unreadable(path, reason());
}

std::string read_file(const std::string& path) {
  const Descriptor file(path == "-" ? STDIN_FILENO : open_file(path));
  std::string text;
  std::array<char, 1 << 16> buffer{};
  for (;;) {
    const ssize_t got = read(file.number(), buffer.data(), buffer.size());
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) throw unreadable(path, reason());
    if (got == 0) return text;
    text.append(buffer.data(), static_cast<std::size_t>(got));
    if (text.size() > largest_file) throw unreadable(path, "it is larger than 64 MiB");
  }
}

std::vector<std::string> json_files_below(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code error;
  for (auto entry = fs::recursive_directory_iterator(folder, error);
       !error && entry != fs::recursive_directory_iterator(); entry.increment(error)) {
    const fs::path& path = entry->path();
    const bool hidden = path.filename().string().starts_with('.');
    if (hidden && entry->is_directory()) entry.disable_recursion_pending();
    if (!hidden && path.extension() == ".json" && !entry->is_directory()) {
      files.push_back(path.string());
    }
  }
  if (error) throw unreadable(folder, error.message());
  std::sort(files.begin(), files.end());
  return files;
}

void replace_file(const std::string& path, std::string_view text) {
  std::error_code error;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) throw unwritable(folder.string(), error.message());
  // Another program may be writing the same finding.
  const std::string unfinished = fmt::format("{}.{}", path, getpid());
  errno = 0;
  std::ofstream file(unfinished, std::ios::binary);
  file << text;
  file.close();
  if (!file) {
    const std::string why = reason();
    fs::remove(unfinished, error);
    throw unwritable(path, why);
  }
  fs::rename(unfinished, path, error);
  if (error) throw unwritable(path, error.message());
}

HistoryFile::HistoryFile(std::string path) : path_(std::move(path)) {
  errno = 0;
  file_.open(path_, std::ios::binary);
  if (!file_) throw unwritable(path_, reason());
}

void HistoryFile::write(const check::History& history) {
  errno = 0;
  check::write_jsonl(file_, history);
  file_.close();
  if (!file_) throw unwritable(path_, reason());
}

}  // namespace castaway::ci
