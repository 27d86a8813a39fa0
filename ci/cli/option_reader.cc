#include "option_reader.h"

#include <algorithm>
#include <sstream>

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include "castaway/nearest.h"

#include "option_values.h"
#include "usage_error.h"

namespace castaway::ci {

namespace {

bool is_flag(const Option& option) { return std::holds_alternative<bool*>(option.into); }

/// CLI11 hands over text: it would take -1 and 0x7 for numbers.
CLI::Option* add(CLI::App& app, const Option& option) {
  const std::string name = name_of(option);
  if (std::holds_alternative<std::monostate>(option.into)) return app.set_help_flag(name);
  if (is_flag(option)) return app.add_flag(name);
  CLI::Option* added = app.add_option(name);
  if (!is_positional(option)) added->type_name(value_of(option));
  if (takes_several(option)) added->expected(1, -1)->allow_extra_args(is_positional(option));
  return added;
}

/// "-v,--verbose": both names.
std::vector<std::string> flags_of(const std::vector<Option>& options) {
  std::vector<std::string> flags;
  for (const Option& option : options) {
    if (is_positional(option)) continue;
    std::istringstream names(name_of(option));
    for (std::string name; std::getline(names, name, ',');) flags.push_back(name);
  }
  return flags;
}

/// Where a complaint belongs: "run: ".
std::string place(const std::string& verb) { return verb.empty() ? "" : verb + ": "; }

/// What CLI11 had no place for.
void refuse(const std::string& argument, const std::string& verb,
            const std::vector<Option>& options) {
  const std::string flag = argument.substr(0, argument.find('='));
  const std::vector<std::string> known = flags_of(options);
  if (!argument.starts_with('-') || std::ranges::find(known, flag) != known.end())
    throw UsageError(fmt::format("{}\"{}\" is one argument too many", place(verb), argument));
  const std::string nearest = castaway::nearest(flag, known);
  const std::string help = verb.empty() ? "castaway --help" : "castaway " + verb + " --help";
  throw UsageError(
      fmt::format("{}there is no flag {}; {}", place(verb), flag,
                  nearest.empty() ? help + " lists them" : "did you mean " + nearest + '?'));
}

std::string in_one_line(std::string text) {
  std::ranges::replace(text, '\n', ' ');
  return text;
}

}  // namespace

bool read_options(const std::string& verb, const std::vector<Option>& options,
                  std::vector<std::string> arguments) {
  CLI::App app;
  app.allow_extras();
  app.set_help_flag();
  std::vector<CLI::Option*> added;
  added.reserve(options.size());
  for (const Option& option : options) added.push_back(add(app, option));
  try {
    std::ranges::reverse(arguments);
    app.parse(std::move(arguments));
    for (const std::string& argument : app.remaining()) {
      if (argument != "--") refuse(argument, verb, options);
    }
    for (std::size_t i = 0; i < options.size(); ++i) {
      const bool given = added[i]->count() > 0 && (!is_flag(options[i]) || added[i]->as<bool>());
      if (given) store(options[i], added[i]->results());
    }
    return true;
  } catch (const CLI::CallForHelp&) {
    return false;
  } catch (const CLI::ParseError& error) {
    throw UsageError(place(verb) + in_one_line(error.what()));
  }
}

}  // namespace castaway::ci
