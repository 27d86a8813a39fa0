// demo: real clients and servers of other people, as processes at a broker that breaks something,
// and the argument in which they break a law.

#include <algorithm>
#include <array>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "castaway/nearest.h"
#include "castaway/process.h"

#include "cli/command_line.h"
#include "cli/files.h"
#include "cli/text.h"
#include "cli/usage_error.h"
#include "cli/verb.h"
#include "files/output_file.h"

namespace castaway::ci {

// The files of scenarios/demos, which are in the program.
extern const std::string_view oslo_lost_ack_faults, oslo_lost_ack_script;
extern const std::string_view oslo_lost_confirm_faults, oslo_lost_confirm_script;
extern const std::string_view oslo_slow_confirm_faults, oslo_slow_confirm_script;
extern const std::string_view oslo_processes_script;

namespace {

namespace fs = std::filesystem;

/// A script that plays it, and the faults that it needs.
struct Demonstration {
  std::string_view name = {};
  std::string_view faults = {};
  std::string_view script = {};
};

std::array<Demonstration, 3> demonstrations() {
  return {{{"oslo-lost-ack", oslo_lost_ack_faults, oslo_lost_ack_script},
           {"oslo-lost-confirm", oslo_lost_confirm_faults, oslo_lost_confirm_script},
           {"oslo-slow-confirm", oslo_slow_confirm_faults, oslo_slow_confirm_script}}};
}

/// What a script says of itself.
std::string docstring(std::string_view script) {
  constexpr std::string_view quotes = R"(""")";
  const std::size_t begin = script.find(quotes) + quotes.size();
  std::string words(script.substr(begin, script.find(quotes, begin) - begin));
  std::ranges::replace(words, '\n', ' ');
  return words;
}

/// A folder for its files, which goes when it goes.
class Stage {
 public:
  explicit Stage(const Demonstration& demonstration) {
    std::string name = (fs::temp_directory_path() / "castaway-demo-XXXXXX").string();
    if (mkdtemp(name.data()) == nullptr)
      throw OutputError(fmt::format("{}: cannot be made: {}", name, reason()));
    folder_ = name;
    replace_file(faults(), demonstration.faults);
    replace_file(script(), demonstration.script);
    replace_file((folder_ / "oslo_processes.py").string(), oslo_processes_script);
  }
  ~Stage() {
    std::error_code ignored;
    fs::remove_all(folder_, ignored);
  }
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;

  [[nodiscard]] std::string faults() const { return (folder_ / "demo.faults").string(); }
  [[nodiscard]] std::string script() const { return (folder_ / "demo.py").string(); }

 private:
  fs::path folder_;
};

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
    if (name_.empty()) {
      for (const Demonstration& each : all)
        console.say(styled(Style::bold, std::string(each.name)) + '\n' +
                    wrap("  ", docstring(each.script)) + '\n');
      return ExitCode::fine;
    }
    const auto found = std::ranges::find(all, std::string_view(name_), &Demonstration::name);
    if (found == all.end()) throw UsageError(unknown());
    const std::string interpreter = python();
    console.say(wrap("", docstring(found->script)) + '\n');
    const Stage stage(*found);
    const CommandLine line = read_command_line(
        {"serve", "--faults", stage.faults(), "--", interpreter, "-B", stage.script()});
    return line.verb->run(console);
  }

 private:
  [[nodiscard]] std::string unknown() const {
    std::vector<std::string> names;
    for (const Demonstration& each : demonstrations()) names.emplace_back(each.name);
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
