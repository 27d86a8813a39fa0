#include "output_file.h"

#include <cerrno>
#include <chrono>
#include <filesystem>
#include <system_error>
#include <thread>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

namespace castaway::ci {

namespace {

namespace fs = std::filesystem;

OutputError unwritable(const std::string& path, const std::string& why) {
  return OutputError(fmt::format("{}: cannot be written: {}", path, why));
}

void create_folder_of(const std::string& path) {
  std::error_code error;
  const fs::path folder = fs::path(path).parent_path();
  if (!folder.empty()) fs::create_directories(folder, error);
  if (error) throw unwritable(folder.string(), error.message());
}

/// What is at the end of all links.
struct Place {
  bool exists = false;
  struct stat status = {};
  [[nodiscard]] bool is_regular() const { return exists && S_ISREG(status.st_mode); }
};

Place place_of(const std::string& path) {
  Place place;
  place.exists = stat(path.c_str(), &place.status) == 0;
  if (!place.exists && errno != ENOENT) throw unwritable(path, reason());
  return place;
}

/// A regular file to which our own output goes, too. Opened once more it would be written twice at
/// the same places, so that it is shared instead; -1 if there is none.
int our_own(const Place& place) {
  if (!place.is_regular()) return -1;
  for (const int number : {STDOUT_FILENO, STDERR_FILENO}) {
    struct stat ours = {};
    if (fstat(number, &ours) == 0 && ours.st_dev == place.status.st_dev &&
        ours.st_ino == place.status.st_ino)
      return fcntl(number, F_DUPFD_CLOEXEC, STDERR_FILENO + 1);
  }
  return -1;
}

/// The name at the end of all links, of a file that is there or not.
fs::path end_of_links(const std::string& path, const Place& place) {
  std::error_code error;
  if (place.exists) {
    fs::path end = fs::canonical(path, error);
    return error ? fs::path(path) : end;
  }
  // Links in circles are none of these: they cannot be followed in the first place.
  fs::path end = path;
  for (fs::path to = fs::read_symlink(end, error); !error; to = fs::read_symlink(end, error))
    end = end.parent_path() / to;
  return end;
}

void write_straight(const std::string& path, std::string_view text, Descriptor file) {
  if (!file.is_open()) file = Descriptor(open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NOCTTY));
  if (!file.is_open() || !write_all(file.number(), text) || !file.close())
    throw unwritable(path, reason());
}

/// Under another name first, which then takes the place of the old one.
void write_and_rename(const std::string& path, const fs::path& end, const Place& place,
                      std::string_view text) {
  // Another program may be writing the same finding.
  const std::string unfinished = fmt::format("{}.{}", end.string(), getpid());
  Descriptor file(open(unfinished.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
                       0666));  // NOLINT(cppcoreguidelines-pro-type-vararg): umask takes away
  const bool written =
      file.is_open() && write_all(file.number(), text) &&
      (!place.exists || fchmod(file.number(), place.status.st_mode & 07777) == 0) && file.close() &&
      rename(unfinished.c_str(), end.c_str()) == 0;
  if (written) return;
  const std::string why = reason();
  static_cast<void>(unlink(unfinished.c_str()));
  throw unwritable(path, why);
}

/// Tries for a moment: the jobs of a campaign that was killed need one to end.
bool lock(int descriptor, int how) {
  using namespace std::chrono_literals;
  for (int attempt = 0; flock(descriptor, how | LOCK_NB) != 0; ++attempt) {
    // Some file systems have no locks.
    if (errno != EWOULDBLOCK) return true;
    if (attempt == 10) return false;
    std::this_thread::sleep_for(20ms);
  }
  return true;
}

}  // namespace

void replace_file(const std::string& path, std::string_view text) {
  create_folder_of(path);
  const Place place = place_of(path);
  Descriptor shared(our_own(place));
  if (shared.is_open() || (place.exists && !place.is_regular()))
    return write_straight(path, text, std::move(shared));
  write_and_rename(path, end_of_links(path, place), place, text);
}

OutputFile::OutputFile(std::string path, Folder folder) : path_(std::move(path)) {
  if (folder == Folder::created) create_folder_of(path_);
  const Place place = place_of(path_);
  file_ = Descriptor(our_own(place));
  if (file_.is_open()) return;
  file_ = Descriptor(open(path_.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666));
  struct stat opened = {};
  if (!file_.is_open() || fstat(file_.number(), &opened) != 0) throw unwritable(path_, reason());
  if (!S_ISREG(opened.st_mode)) return;
  if (!lock(file_.number(), LOCK_EX))
    throw OutputError(fmt::format(
        "{}: another castaway is writing it; wait until it has ended, or name another file",
        path_));
  if (ftruncate(file_.number(), 0) != 0) throw unwritable(path_, reason());
}

void OutputFile::write(std::string_view text) {
  if (!write_all(file_.number(), text)) throw unwritable(path_, reason());
}

void OutputFile::close() {
  if (!file_.close()) throw unwritable(path_, reason());
}

void HistoryFile::write(const check::History& history) {
  WriteBuffer buffer(file_.descriptor().number(),
                     [this](const std::string& why) { throw unwritable(file_.path(), why); });
  std::ostream stream(&buffer);
  stream.exceptions(std::ios::badbit);  // so that what the buffer throws goes on
  check::write_jsonl(stream, history);
  stream.flush();
  file_.close();
}

FolderLock::FolderLock(const std::string& folder, Kind kind) {
  std::error_code error;
  fs::create_directories(folder, error);
  if (error) throw unwritable(folder, error.message());
  folder_ = Descriptor(open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (!folder_.is_open()) throw unwritable(folder, reason());
  if (!lock(folder_.number(), kind == Kind::alone ? LOCK_EX : LOCK_SH))
    throw OutputError(fmt::format(
        "{}: another campaign is writing there; wait until it has ended, or give another --out",
        folder));
}

}  // namespace castaway::ci
