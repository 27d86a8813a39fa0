#pragma once
// InputProblems: what is wrong with some of several inputs, so that the others can go on.
//
//     InputProblems problems;
//     for (const std::string& path : paths) problems.attempt([&] { use(read_file(path)); });
//     if (problems.any()) console.complain(problems.lines());

#include <set>
#include <string>

#include "exit_code.h"
#include "files.h"

namespace castaway::ci {

class InputProblems {
 public:
  /// `lines` without the last line feed. The same again, of a file that is read twice, is one.
  void add(ExitCode code, const std::string& lines) {
    if (!known_.insert(lines).second) return;
    lines_ += (lines_.empty() ? "" : "\n") + lines;
    code_ = worse(code_, code);
  }

  /// Does it, and keeps an InputError.
  template <class Action>
  void attempt(Action action) {
    try {
      action();
    } catch (const InputError& error) {
      add(error.code(), error.what());
    }
  }

  [[nodiscard]] bool any() const { return !known_.empty(); }
  [[nodiscard]] ExitCode code() const { return code_; }
  [[nodiscard]] const std::string& lines() const { return lines_; }
  /// "2 inputs are left out: they are named above"; empty if there is none.
  [[nodiscard]] std::string in_short() const;

 private:
  ExitCode code_ = ExitCode::fine;
  std::string lines_;
  std::set<std::string> known_;
};

}  // namespace castaway::ci
