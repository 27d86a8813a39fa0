#include "options.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <iostream>

#include <CLI/CLI.hpp>
#include <fcntl.h>
#include <fmt/format.h>

#include "castaway/nearest.h"

namespace castaway::virtual_time {
namespace {

constexpr std::uint64_t most_runs = 1'000'000'000;

constexpr const char* about =
    "Runs other programs, unmodified, in virtual time: one thread at a time, by seed.\n"
    "\n"
    "Nothing sleeps: when no thread can run, time moves to the earliest deadline. The same seed,\n"
    "programs and files give the same run, so a timeout of an hour is tested in milliseconds and\n"
    "a failure comes back.\n";

constexpr const char* epilogue =
    "Schedules: with fifo, threads run first come, first served. With chaos:P any ready thread "
    "may\n"
    "be next, and where one wakes another, sends or yields it makes way with probability P, 0.25 "
    "if\n"
    "not given: each seed is another order of the program's threads.\n"
    "\n"
    "Examples:\n"
    "  castaway vt -- python3 sleeps_for_hours.py\n"
    "  castaway vt --with 'python3 server.py' -- python3 client.py   # ends with the client\n"
    "  castaway vt --seed 7 --schedule chaos -- ./my_test            # another order of threads\n"
    "  castaway vt --trace a.trace -- node app.js                    # the calls that count\n"
    "  castaway vt --runs 100 --warm -- python3 a_test.py            # seeds 1 to 100\n"
    "\n"
    "With --warm a program that has loaded all it needs opens /castaway/warm and forks; each run "
    "is\n"
    "another child of it, and takes no time for what was loaded. Without castaway there is no "
    "such\n"
    "file. In Python:\n"
    "  try: open('/castaway/warm').close(); os.fork()\n"
    "  except FileNotFoundError: pass\n"
    "\n"
    "The verdict on stderr is `deterministic`, or `void` and why: then the run may go another way\n"
    "when it is repeated.\n"
    "\n"
    "Exit codes: the command's own; 124 the limit is reached, or nothing can go on; 125 the run\n"
    "cannot be made; 126, 127 the command cannot be run, or is not found; 128 and more: a "
    "signal.\n";

/// "90s", "10h", "1.5m", "250ms"; a bare number is seconds.
Time duration_of(const std::string& text) {
  static const std::pair<std::string_view, double> units[] = {
      {"ms", 1e-3}, {"us", 1e-6}, {"ns", 1e-9}, {"s", 1}, {"m", 60}, {"h", 3600}, {"d", 86400}};
  double number = 0;
  const auto [rest, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  const std::string_view unit(rest, static_cast<std::size_t>(text.data() + text.size() - rest));
  double factor = unit.empty() ? 1 : 0;
  for (const auto& [name, seconds] : units) {
    if (unit == name) factor = seconds;
  }
  constexpr double longest = 9e9;
  if (error != std::errc{} || factor == 0 || !(number >= 0 && number * factor <= longest))
    throw CLI::ValidationError(fmt::format("\"{}\" is no duration, like 90s or 10h", text));
  return Time(static_cast<std::int64_t>(number * factor * 1e9));
}

/// "fifo", "chaos", "chaos:0.25".
std::optional<double> chaos_of(const std::string& text) {
  constexpr std::string_view chaos = "chaos";
  constexpr double usual = 0.25;
  if (text == "fifo") return std::nullopt;
  if (text == chaos) return usual;
  double probability = -1;
  if (text.starts_with(chaos) && text.size() > chaos.size() && text[chaos.size()] == ':') {
    const char* const begin = text.data() + chaos.size() + 1;
    const auto [rest, error] = std::from_chars(begin, text.data() + text.size(), probability);
    if (error != std::errc{} || rest != text.data() + text.size()) probability = -1;
  }
  if (!(probability >= 0 && probability <= 1))
    throw CLI::ValidationError(
        fmt::format("\"{}\" is no schedule: fifo, chaos, or chaos:P with P from 0 to 1", text));
  return probability;
}

std::pair<int, int> descriptors_of(const std::string& text) {
  int in = -1, out = -1;
  const char* const end = text.data() + text.size();
  const auto [comma, error] = std::from_chars(text.data(), end, in);
  bool valid = error == std::errc{} && in >= 0;
  if (valid && comma == end) return {in, in};
  valid = valid && *comma == ',';
  if (valid) {
    const auto [rest, error_out] = std::from_chars(comma + 1, end, out);
    valid = error_out == std::errc{} && rest == end && out >= 0;
  }
  if (!valid)
    throw CLI::ValidationError(
        fmt::format("\"{}\" is not a descriptor, or two with a comma: 3,4", text));
  return {in, out};
}

/// Throws: CLI::ValidationError if nothing is open there.
void demand_open(int descriptor) {
  if (fcntl(descriptor, F_GETFD) < 0)
    throw CLI::ValidationError(fmt::format(
        "--control: descriptor {} is not open; a shell opens it with {}<PIPE or {}>PIPE",
        descriptor, descriptor, descriptor));
}

/// "; did you mean --seed?", for the first word that is no option though it looks like one.
std::string meant(const CLI::App& app, int argc, char** argv) {
  std::vector<std::string> known;
  for (const CLI::Option* const option : app.get_options()) known.push_back(option->get_name());
  for (const std::string& word : std::vector<std::string>(argv + 1, argv + argc)) {
    if (word == "--") break;
    if (!word.starts_with("--") || std::ranges::find(known, word) != known.end()) continue;
    const std::string nearest = castaway::nearest(word, known);
    if (!nearest.empty()) return "; did you mean " + nearest + '?';
  }
  return "";
}

}  // namespace

std::optional<int> read_options(int argc, char** argv, Options& options) {
  CLI::App app{about, "castaway vt"};
  app.footer(epilogue);
  std::string schedule = "fifo", limit, control;
  std::vector<std::string> beside, command;
  app.get_formatter()->column_width(24);
  app.add_option("--seed", options.settings.seed, "of all that is drawn; 1 if not given")
      ->type_name("N");
  app.add_option("--schedule", schedule, "which thread is next; fifo if not given")
      ->type_name("fifo|chaos[:P]");
  app.add_option("--limit", limit, "end the run at this virtual time")->type_name("TIME");
  app.add_option("--runs", options.runs, "make so many runs, with this seed and those after it")
      ->type_name("N")
      ->check(CLI::Range(std::uint64_t{1}, most_runs).description(""));
  app.add_flag("--warm", options.warm,
               "begin each run where the programs have warmed up, see below");
  app.add_option("--with", beside, "another command, for a shell, that runs beside it")
      ->type_name("COMMAND")
      ->allow_extra_args(false);
  app.add_option("--trace", options.trace, "write each call that is seen to this file")
      ->type_name("FILE");
  app.add_option("--report", options.report, "write the verdict to this file, as JSON")
      ->type_name("FILE");
  app.add_option("--control", control, "another program owns the clock: descriptors of pipes")
      ->type_name("IN,OUT");
  app.add_flag("--quiet", options.quiet, "say nothing of a run that is deterministic");
  app.add_option("COMMAND", command, "what to run, and its arguments")->type_name("")->required();
  try {
    app.parse(argc, argv);
    options.settings.chaos = chaos_of(schedule);
    if (!limit.empty()) options.settings.limit = duration_of(limit);
    if (!control.empty()) {
      if (options.warm || options.runs > 1)
        throw CLI::ValidationError("--control: who owns the clock makes one run at a time");
      options.control = descriptors_of(control);
      demand_open(options.control->first);
      demand_open(options.control->second);
    }
  } catch (const CLI::CallForHelp&) {
    std::cout << app.help();
    return 0;
  } catch (const CLI::ParseError& error) {
    std::cerr << fmt::format("castaway vt: {}{}; castaway vt --help says more\n", error.what(),
                             meant(app, argc, argv));
    return 64;
  }
  for (const std::string& line : beside)
    options.commands.push_back({.words = {"/bin/sh", "-c", "exec " + line}, .main = false});
  options.commands.push_back({.words = command});
  return std::nullopt;
}

}  // namespace castaway::virtual_time
