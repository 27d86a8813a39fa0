#include "command_line.h"

#include <algorithm>

#include <fmt/format.h>

#include "castaway/nearest.h"

#include "help.h"
#include "option_reader.h"
#include "usage_error.h"
#include "verbs/verbs.h"
#include "version.h"

namespace castaway::ci {

namespace {

/// With those that every verb and the program itself have.
std::vector<Option> with_common(std::vector<Option> options, bool& no_colour) {
  options.push_back({"-h,--help", "print this"});
  options.push_back(
      {"--no-color",
       "no colours; the variable NO_COLOR says the same, and FORCE_COLOR the opposite",
       &no_colour});
  return options;
}

std::unique_ptr<Verb> verb_named(const std::string& word) {
  std::vector<std::string> known = {"help"};
  for (std::unique_ptr<Verb>& verb : verbs()) {
    known.push_back(verb->help().name);
    if (known.back() == word) return std::move(verb);
  }
  const std::string nearest = castaway::nearest(word, known);
  throw UsageError(fmt::format(
      "there is no verb \"{}\"; {}", word,
      nearest.empty() ? "castaway --help lists them" : "did you mean " + nearest + '?'));
}

/// "castaway help" and "castaway help VERB".
CommandLine help_about(const std::vector<std::string>& words, const std::vector<Option>& options) {
  const auto verb =
      std::ranges::find_if(words, [](const std::string& word) { return !word.starts_with('-'); });
  if (verb == words.end() || *verb == "help") return {.answer = program_help(verbs(), options)};
  if (verb + 1 != words.end())
    throw UsageError(fmt::format("help: \"{}\" is one argument too many", *(verb + 1)));
  return read_command_line({*verb, "--help"});
}

}  // namespace

CommandLine read_command_line(const std::vector<std::string>& arguments) {
  const auto word = std::ranges::find_if(
      arguments, [](const std::string& argument) { return !argument.starts_with('-'); });
  CommandLine line;
  bool version = false;
  const std::vector<Option> options =
      with_common({{"-V,--version", "print the version", &version}}, line.no_colour);
  const bool wants_help = !read_options("", options, {arguments.begin(), word});
  if (version) return {.answer = version_line() + '\n'};
  if (word == arguments.end()) {
    if (wants_help) return {.answer = program_help(verbs(), options)};
    throw UsageError("which verb? castaway --help lists them");
  }

  if (*word == "help") return help_about({word + 1, arguments.end()}, options);
  line.verb = verb_named(*word);
  if (std::vector<std::string>* const words = line.verb->words_to_hand_on()) {
    words->assign(word + 1, arguments.end());
    if (wants_help) words->assign({"--help"});
    return line;
  }
  const VerbHelp help = line.verb->help();
  const std::vector<Option> its_options = with_common(line.verb->options(), line.no_colour);
  if (wants_help || !read_options(help.name, its_options, {word + 1, arguments.end()}))
    return {.answer = verb_help(help, its_options)};
  line.verb->check_options();
  return line;
}

}  // namespace castaway::ci
