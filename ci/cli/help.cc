#include "help.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "text.h"

namespace castaway::ci {

namespace {

constexpr std::array<std::pair<std::string_view, std::string_view>, 14> exit_codes = {{
    {"0", "nothing unexpected"},
    {"1", "something that must hold does not"},
    {"2", "undecided: a law judged nothing, or a fault never fired"},
    {"3", "stale: a failure that is expected did not come"},
    {"4", "nothing was selected"},
    {"5", "a client or server under test could not start, died or spoke nonsense"},
    {"64", "bad usage"},
    {"65", "a file is not what it should be; file, line, column and place are given"},
    {"66", "a file cannot be opened"},
    {"69", "a broker that is needed cannot be reached"},
    {"70", "our own fault"},
    {"74", "a result cannot be written, or nobody reads it any more"},
    {"124", "the time for all of it is over, and nothing worse was found"},
    {"130", "interrupted, and nothing worse was found"},
}};

std::string row(std::string_view name, std::size_t columns, std::string_view what) {
  return wrap("  " + pad(name, columns) + "  ", what);
}

std::string rows_of(const std::vector<Option>& options) {
  std::string text;
  for (const Option& option : options) {
    std::string name = option.name;
    if (const std::size_t comma = name.find(','); comma != std::string::npos)
      name.insert(comma + 1, 1, ' ');
    text += row(name, 20, option.what);
  }
  return text;
}

}  // namespace

std::string program_help(const std::vector<std::unique_ptr<Verb>>& verbs,
                         const std::vector<Option>& options) {
  std::string text = wrap("",
                          "Castaway runs RPC scenarios over a simulated message broker, breaks "
                          "things on purpose, and judges what happened.") +
                     "\n  castaway VERB [FLAG...] [PATH...]\n\nVerbs:\n";
  for (const std::unique_ptr<Verb>& verb : verbs) {
    const VerbHelp help = verb->help();
    text += row(help.name, 10, help.summary);
  }
  text += "\nFlags:\n" + rows_of(options) + "\nExit codes:\n";
  for (const auto& [code, what] : exit_codes) text += row(code, 4, what);
  text += wrap("", "If several apply: 70, 69, 5, 1, 3, 2, 66, 65, 74, and then 124 and 130.");
  return text + "\ncastaway help VERB says more, with examples; so does castaway VERB --help.\n";
}

std::string verb_help(const VerbHelp& verb, const std::vector<Option>& options) {
  std::string text = wrap("", verb.summary) + "\n  castaway " + verb.name + " [FLAG...]";
  if (!verb.arguments.empty()) text += ' ' + verb.arguments;
  text += "\n\n" + rows_of(options) + '\n' + wrap("", verb.text) + "\nExamples:\n";
  std::size_t columns = 0;
  for (const Example& example : verb.examples) columns = std::max(columns, example.command.size());
  for (const Example& example : verb.examples) text += row(example.command, columns, example.what);
  return text;
}

}  // namespace castaway::ci
