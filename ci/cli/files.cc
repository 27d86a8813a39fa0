#include "files.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <filesystem>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include "castaway/nearest.h"

namespace castaway::ci {

namespace {

namespace fs = std::filesystem;

/// No scenario comes near it; /dev/zero does.
constexpr std::size_t largest_file = std::size_t{32} << 20U;

InputError unreadable(const std::string& path, const std::string& why) {
  return {ExitCode::no_input, fmt::format("{}: cannot be read: {}", path, why)};
}

std::vector<std::string> names_in(const fs::path& folder) {
  std::vector<std::string> names;
  std::error_code error;
  for (auto entry = fs::directory_iterator(folder, error);
       !error && entry != fs::directory_iterator(); entry.increment(error))
    names.push_back(entry->path().filename().string());
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

/// Throws: InputError.
Descriptor open_file(const std::string& path) {
  if (path == "-") return Descriptor(STDIN_FILENO);
  Descriptor file(open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOCTTY));
  if (file.is_open()) return file;
  if (errno == ENOENT) throw InputError(ExitCode::no_input, not_there(path));
  throw unreadable(path, reason());
}

}  // namespace

std::string not_there(const std::string& path) {
  std::error_code error;
  if (const fs::path target = fs::read_symlink(path, error); !error) {
    return fmt::format("{}: there is no such file or folder: it is a link to {}", path,
                       target.string());
  }
  const std::string nearest = nearest_path(path);
  return fmt::format("{}: there is no such file or folder{}", path,
                     nearest.empty() ? "" : "; the nearest is " + nearest);
}

InputFile::InputFile(const std::string& path, Limit limit)
    : name_(path == "-" ? "standard input" : path),
      file_(open_file(path)),
      buffer_(
          file_.number(), [this](const std::string& why) { throw unreadable(name_, why); },
          limit.bytes, limit.why),
      stream_(&buffer_) {
  stream_.exceptions(std::ios::badbit);  // so that what the buffer throws goes on
}

std::string read_file(const std::string& path) {
  InputFile file(path);
  std::string text;
  std::array<char, 1 << 16> part{};
  while (file.stream().read(part.data(), part.size()), file.stream().gcount() > 0) {
    text.append(part.data(), static_cast<std::size_t>(file.stream().gcount()));
    if (text.size() > largest_file) throw unreadable(file.name(), "it is larger than 32 MiB");
  }
  return text;
}

}  // namespace castaway::ci
