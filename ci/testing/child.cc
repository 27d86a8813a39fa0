#include "child.h"

#include <csignal>
#include <string_view>

#include "castaway/process.h"

namespace castaway::ci {

namespace {

std::vector<std::string> environment(const ChildSettings& settings) {
  std::vector<std::string> result = settings.environment;
  for (std::string& variable : our_environment()) {
    const std::string name = variable.substr(0, variable.find('='));
    const bool ours = name == "NO_COLOR" || name == "FORCE_COLOR" || name == "COLUMNS";
    if (!ours && name != "TERM") result.push_back(std::move(variable));
  }
  result.emplace_back("TERM=xterm");
  return result;
}

Stream output(const ChildSettings& settings) {
  if (!settings.output.empty()) return {Stream::To::file, settings.output};
  return {settings.terminal ? Stream::To::terminal : Stream::To::pipe};
}

}  // namespace

Child run_child(const ChildSettings& settings) {
  using std::chrono::steady_clock;
  Process process({.program = settings.program,
                   .arguments = settings.arguments,
                   .directory = settings.directory,
                   .environment = environment(settings),
                   .in = {Stream::To::file, settings.input},
                   .out = output(settings),
                   .err = {settings.terminal ? Stream::To::out : Stream::To::pipe},
                   .ends_with_us = true});
  const auto deadline = steady_clock::now() + settings.timeout;
  bool interrupted = settings.interrupt_at.empty();
  const auto left = [&] {
    return std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
  };
  while (left().count() > 0 && process.hear(left())) {
    if (interrupted || process.out().find(settings.interrupt_at) == std::string::npos) continue;
    interrupted = true;
    kill(process.id(),
         settings.interrupt_by);  // and nobody else, so that what it started is its own affair
  }
  if (left().count() <= 0) process.signal(SIGKILL);
  const Ending ending = process.wait();
  return {.exit_code = ending.exit_code,
          .signal = ending.signal,
          .out = std::move(process.out()),
          .err = std::move(process.err())};
}

Child castaway(const std::vector<std::string>& arguments, const std::string& directory) {
  return run_child({.arguments = arguments, .directory = directory});
}

}  // namespace castaway::ci
