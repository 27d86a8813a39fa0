#pragma once
// Files: reads the files that people name, and suggests another if one is not there.
//
// Whatever a name stands for, reading ends: a file has a limit, and so has a line of a stream.

#include <cstdint>
#include <istream>
#include <limits>
#include <stdexcept>
#include <string>
#include <vector>

#include "exit_code.h"
#include "files/descriptor.h"

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

/// A file that is read as it goes; standard input if it is called "-".
class InputFile {
 public:
  /// How much of it may be read, and why no more can be.
  struct Limit {
    std::uint64_t bytes = std::numeric_limits<std::uint64_t>::max();
    std::string why = {};
  };

  /// Throws: InputError when it cannot be opened; it then names the file that is most like it.
  explicit InputFile(const std::string& path) : InputFile(path, Limit()) {}
  InputFile(const std::string& path, Limit limit);

  /// As people know it: "standard input" for "-".
  [[nodiscard]] const std::string& name() const { return name_; }
  /// Throws: InputError, from whatever reads, when the file cannot be read on.
  [[nodiscard]] std::istream& stream() { return stream_; }

 private:
  std::string name_;
  Descriptor file_;
  ReadBuffer buffer_;
  std::istream stream_;
};

/// The text of a file; of standard input if it is called "-".
/// Throws: InputError when it cannot be read, or is larger than any scenario.
[[nodiscard]] std::string read_file(const std::string& path);

/// Why there is nothing of that name: "a/b.jsn: there is no such file; the nearest is a/b.json".
[[nodiscard]] std::string not_there(const std::string& path);

}  // namespace castaway::ci
