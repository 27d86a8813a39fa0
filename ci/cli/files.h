#pragma once
// Files: reads the files that people name, and suggests another if one is not there.

#include <fstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/check/history.h"

#include "exit_code.h"

namespace castaway::ci {

/// Input that is not there or not what it should be: one line a problem, as an editor can follow
/// them.
class InputError : public std::runtime_error {
 public:
  InputError(ExitCode code, const std::string& lines) : std::runtime_error(lines), code_(code) {}
  [[nodiscard]] ExitCode code() const { return code_; }

 private:
  ExitCode code_;
};

/// The text of a file; of standard input if it is called "-".
/// Throws: InputError when it cannot be read; it then names the file that is most like it.
[[nodiscard]] std::string read_file(const std::string& path);

/// Throws: InputError unless it can be opened, as read_file does.
void require_readable(const std::string& path);

/// The files below a folder whose names end in .json, by name; hidden folders are left out.
/// Throws: InputError when a folder cannot be read.
[[nodiscard]] std::vector<std::string> json_files_below(const std::string& folder);

/// Why there is nothing of that name: "a/b.jsn: there is no such file; the nearest is a/b.json".
[[nodiscard]] std::string not_there(const std::string& path);

/// Writes a file whole: whoever reads it meanwhile sees the old one. Creates its folder if need be.
/// Throws: OutputError.
void replace_file(const std::string& path, std::string_view text);

/// A history that is to be written, at a place that is known to be writable before the run begins.
class HistoryFile {
 public:
  /// Throws: OutputError.
  explicit HistoryFile(std::string path);
  /// Throws: OutputError.
  void write(const check::History& history);

 private:
  std::string path_;
  std::ofstream file_;
};

}  // namespace castaway::ci
