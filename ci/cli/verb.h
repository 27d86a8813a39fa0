#pragma once
// Verb: one thing that the program does: its help, its options and its function.
//
// A verb is a file in ci/verbs: a final class whose fields are what its options write to. It is
// made anew for each command line, so a field's initial value is the option's default. hashes.cc is
// a short one to begin from.

#include <memory>
#include <string>
#include <vector>

#include "console.h"
#include "exit_code.h"
#include "option.h"

namespace castaway::ci {

struct Example {
  std::string command = {};  ///< "castaway list --cases"
  std::string what = {};
};

struct VerbHelp {
  std::string name = {};
  std::string summary = {};    ///< a sentence
  std::string arguments = {};  ///< what follows the flags: "PATH..."
  std::string text = {};       ///< paragraphs, with an empty line between them
  std::vector<Example> examples = {};
};

class Verb {
 public:
  virtual ~Verb() = default;
  [[nodiscard]] virtual VerbHelp help() const = 0;
  /// In the order of the help; none unless a verb says so.
  [[nodiscard]] virtual std::vector<Option> options() { return {}; }
  /// A verb that hands everything on to another program: the words that follow it. It has no
  /// options here; that program reads them, --help too. Null for all others.
  virtual std::vector<std::string>* words_to_hand_on() { return nullptr; }
  /// Once the options are read. Throws: UsageError if they make no sense together.
  virtual void check_options() {}
  /// Prints to the console, and returns the program's exit code.
  /// Throws: InputError, OutputError, UsageError.
  [[nodiscard]] virtual ExitCode run(Console& console) = 0;
};

}  // namespace castaway::ci
