#pragma once
// OutputFile: writes the files that people name, and says so if a byte of it did not arrive.
//
// A name may stand for anything. Links are followed. What is no regular file, such as a device or a
// pipe, is written to and never replaced. Two processes never write one file at a time: it is
// locked until it is closed, and the lock ends with the process.

#include <ostream>
#include <string>
#include <string_view>

#include "castaway/check/history.h"

#include "cli/console.h"
#include "descriptor.h"

namespace castaway::ci {

/// Writes a file whole: whoever reads it meanwhile sees the old one. Creates its folder if need be.
/// Throws: OutputError.
void replace_file(const std::string& path, std::string_view text);

/// A file that is written as it goes. What was in it is gone once it is open.
class OutputFile {
 public:
  enum class Folder : std::uint8_t { must_exist, created };

  /// Throws: OutputError, also when another process is writing it.
  explicit OutputFile(std::string path, Folder folder = Folder::created);

  /// All of it is written when it returns. Throws: OutputError.
  void write(std::string_view text);
  /// Nothing is written after it. Throws: OutputError when something written before has not
  /// arrived.
  void close();
  [[nodiscard]] const Descriptor& descriptor() const { return file_; }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
  Descriptor file_;
};

/// A history that is to be written, at a place that is known to be writable before the run begins.
class HistoryFile {
 public:
  /// Throws: OutputError.
  explicit HistoryFile(std::string path) : file_(std::move(path), OutputFile::Folder::must_exist) {}
  /// Throws: OutputError.
  void write(const check::History& history);

 private:
  OutputFile file_;
};

/// A folder that only one campaign may write to. Shards of one campaign share it.
class FolderLock {
 public:
  enum class Kind : std::uint8_t { alone, shared };

  /// Creates the folder if need be. Throws: OutputError, also when another process has it.
  FolderLock(const std::string& folder, Kind kind);

 private:
  Descriptor folder_;
};

}  // namespace castaway::ci
