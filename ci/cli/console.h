#pragma once
// Console: prints everything that the program has to say: results, complaints, progress.
//
// Text may come from anywhere, so no control character but a newline and our own styles gets
// through.

#include <chrono>
#include <stdexcept>
#include <string>
#include <string_view>

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

  /// Colours are for terminals; this is for people who want none there either.
  void no_colour() { colour_ = complaint_colour_ = false; }

  /// A result, on standard output.
  /// Throws: OutputError.
  void say(std::string_view text);

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
  bool progress_shown_ = false;
  std::chrono::steady_clock::time_point next_progress_;
};

/// What a terminal gets: styles as colours if there are to be any, and everything else that could
/// steer a terminal made visible.
[[nodiscard]] std::string rendered(std::string_view text, bool colour);

}  // namespace castaway::ci
