#pragma once
// Console: prints everything that the program has to say: results, complaints, progress.
//
// Text may come from anywhere, so no control character but a newline and our own styles gets
// through.

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

#include "exit_code.h"

namespace castaway::ci {

/// A result could not be written: disk full, output closed.
class OutputError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

class Console {
 public:
  Console();
  Console(const Console&) = delete;
  Console& operator=(const Console&) = delete;

  /// Colours are for terminals, or for where FORCE_COLOR is set; this is for people who want none
  /// there either.
  void no_colour() { colour_ = complaint_colour_ = false; }

  /// A result, on standard output. Where nobody reads it any more, since a pipe or terminal was
  /// closed, this is as good as Ctrl-C: interrupted() is true from then on.
  /// Throws: OutputError.
  void say(std::string_view text);
  [[nodiscard]] bool nobody_reads() const { return nobody_reads_; }

  /// How wide a drawing may be: what COLUMNS says, or the terminal; 100 if neither does.
  [[nodiscard]] std::size_t columns() const { return columns_; }

  /// A line about why there is no result, on standard error.
  void complain(std::string_view text);

  /// What is going on, in one line of standard error that the next output replaces: on a terminal
  /// alone, and only where it takes more than a second.
  void progress(std::string_view text);
  [[nodiscard]] bool shows_progress() const { return shows_progress_; }

 private:
  void clear_progress();

  bool colour_;
  bool complaint_colour_;
  bool shows_progress_;
  std::size_t columns_;
  bool nobody_reads_ = false;
  bool progress_shown_ = false;
  std::chrono::steady_clock::time_point next_progress_;
};

/// Writes something that is not all there is to tell: if that fails it is complained of, and the
/// rest goes on. Returns how the program ends because of it.
template <class Write>
[[nodiscard]] ExitCode written(Console& console, Write write) {
  try {
    write();
    return ExitCode::fine;
  } catch (const OutputError& error) {
    console.complain(std::string("castaway: ") + error.what());
    return ExitCode::no_output;
  }
}

/// What a terminal gets: styles as colours if there are to be any, and everything else that could
/// steer a terminal made visible.
[[nodiscard]] std::string rendered(std::string_view text, bool colour);

}  // namespace castaway::ci
