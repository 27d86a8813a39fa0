// demo: real clients and servers of other people, as processes at a broker that breaks something,
// and the argument in which they break a law.

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "castaway/nearest.h"
#include "castaway/process.h"

#include "campaign/catalogue.h"
#include "cli/command_line.h"
#include "cli/files.h"
#include "cli/text.h"
#include "cli/usage_error.h"
#include "cli/verb.h"

namespace castaway::ci {

namespace {

namespace fs = std::filesystem;

/// A script that plays it, beside the faults that it needs.
struct Demonstration {
  fs::path script = {};
  fs::path faults = {};
  std::string about = {};  ///< the script's own words
};

std::string docstring(const fs::path& script) {
  constexpr std::string_view quotes = R"(""")";
  std::ifstream file(script);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  const std::size_t begin = text.find(quotes) + quotes.size();
  std::string words = text.substr(begin, text.find(quotes, begin) - begin);
  std::ranges::replace(words, '\n', ' ');
  return words;
}

/// By name: oslo_lost_ack.py is oslo-lost-ack.
std::map<std::string, Demonstration> demonstrations() {
  std::map<std::string, Demonstration> all;
  std::error_code error;
  for (const auto& file : fs::directory_iterator(default_folder() + "/demos", error)) {
    if (file.path().extension() != ".faults") continue;
    std::string name = file.path().stem().string();
    std::ranges::replace(name, '_', '-');
    const fs::path script = fs::path(file.path()).replace_extension(".py");
    all[name] = {.script = script, .faults = file.path(), .about = docstring(script)};
  }
  return all;
}

/// A Python that has oslo.messaging. Debian's package is in Debian's own.
std::string python() {
  for (const char* const program : {"/usr/bin/python3", "python3"}) {
    try {
      Process asked({.program = program, .arguments = {"-c", "import oslo_messaging"}});
      while (asked.hear()) {
      }
      if (asked.wait().exit_code == 0) return program;
    } catch (const std::system_error&) {
      // There is none.
    }
  }
  throw InputError(ExitCode::subject_broken,
                   "castaway: no Python here has oslo.messaging; on Debian it is in the package "
                   "python3-oslo.messaging");
}

class Demo final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {
        .name = "demo",
        .summary = "Shows real oslo.messaging processes that execute one call twice.",
        .arguments = "[NAME]",
        .text =
            "Without a name, says what there is. With one, starts the processes at `castaway "
            "serve`, which loses or delays what has to be lost or late, and prints the argument. "
            "It takes seconds, and needs Python with oslo.messaging.\n\n"
            "Exit codes: those of serve. So 1 is what is to be shown: a law is violated.",
        .examples = {{"castaway demo", "what there is"},
                     {"castaway demo oslo-lost-confirm", "one of them"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {{"NAME", "which; all are listed if not given", &name_}};
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    const auto all = demonstrations();
    if (all.empty())
      throw InputError(ExitCode::no_input, fmt::format("castaway: no demonstrations are in {}",
                                                       default_folder() + "/demos"));
    if (name_.empty()) {
      for (const auto& [name, demonstration] : all)
        console.say(styled(Style::bold, name) + '\n' + wrap("  ", demonstration.about) + '\n');
      return ExitCode::fine;
    }
    const auto found = all.find(name_);
    if (found == all.end()) throw UsageError(unknown(all));
    const auto& [script, faults, about] = found->second;
    const std::string interpreter = python();
    console.say(wrap("", about) + '\n');
    const CommandLine line = read_command_line(
        {"serve", "--faults", faults.string(), "--", interpreter, "-B", script.string()});
    return line.verb->run(console);
  }

 private:
  [[nodiscard]] std::string unknown(const std::map<std::string, Demonstration>& all) const {
    std::vector<std::string> names;
    for (const auto& [name, demonstration] : all) names.push_back(name);
    const std::string near = nearest(name_, names);
    return fmt::format("demo: there is no \"{}\"; {}", name_,
                       near.empty() ? fmt::format("they are {}", fmt::join(names, ", "))
                                    : fmt::format("did you mean {}?", near));
  }

  std::string name_;
};

}  // namespace

std::unique_ptr<Verb> make_demo() { return std::make_unique<Demo>(); }

}  // namespace castaway::ci
