#include "outcome.h"

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

#include "castaway/process.h"

#include "temporary_folder.h"

namespace castaway::virtual_time {

nlohmann::json Outcome::report() const {
  return report_text.empty() ? nlohmann::json() : nlohmann::json::parse(report_text);
}

std::string Outcome::verdict() const {
  return report_text.empty() ? "" : report().value("verdict", "");
}

std::string Outcome::trace() const {
  return report_text.empty() ? "" : report().value("trace", "");
}

bool Outcome::has_doubt(const std::string& name) const {
  return report().at("void").contains(name);
}

std::string text_of(const std::string& path) {
  std::ostringstream text;
  if (std::ifstream file(path, std::ios::binary); file) text << file.rdbuf();
  return std::move(text).str();
}

std::string Outcome::seen() const {
  return "exit " + std::to_string(exit_code) + ", signal " + std::to_string(signal) + '\n' + out +
         err;
}

std::string test_program(const std::string& name) {
  return std::string(CASTAWAY_VT_PROGRAMS) + "/vt_" + name;
}

Outcome run_castaway_vt(const Words& words, const std::string& program) {
  using std::chrono::steady_clock;
  Process process(
      {.program = program, .arguments = words, .err = {Stream::To::pipe}, .ends_with_us = true});
  const auto deadline = steady_clock::now() + std::chrono::minutes(2);
  const auto left = [&] {
    return std::chrono::ceil<std::chrono::milliseconds>(deadline - steady_clock::now());
  };
  while (left().count() > 0 && process.hear(left())) {
  }
  if (left().count() <= 0) process.signal(SIGKILL);
  const Ending ending = process.wait();
  return {.exit_code = ending.exit_code,
          .signal = ending.signal,
          .out = std::move(process.out()),
          .err = std::move(process.err())};
}

Outcome run_in_virtual_time(const Words& command, const Words& options) {
  const TemporaryFolder folder;
  const std::string report = folder.path() + "/report.json";
  Words words = options;
  words.insert(words.end(), {"--report", report, "--"});
  words.insert(words.end(), command.begin(), command.end());
  Outcome run = run_castaway_vt(words);
  run.report_text = text_of(report);
  return run;
}

std::pair<Outcome, Outcome> expect_recorded(const std::string& name) {
  const std::string path = std::string(CASTAWAY_VT_EXPECTED) + '/' + name + ".txt";
  const auto run_it = [&name] {
    const TemporaryFolder folder;
    return run_in_virtual_time({test_program(name), folder.path()});
  };
  const Outcome run = run_it();
  if (std::getenv("CASTAWAY_ACCEPT") != nullptr) std::ofstream(path, std::ios::binary) << run.out;
  EXPECT_EQ(run.out, text_of(path)) << run.err;
  EXPECT_EQ(run.exit_code, 0) << run.err;
  EXPECT_THAT(run, IsDeterministic());
  const Outcome again = run_it();
  EXPECT_EQ(again.out, run.out);
  EXPECT_EQ(again.trace(), run.trace());
  return {run, again};
}

}  // namespace castaway::virtual_time
