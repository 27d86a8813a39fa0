#pragma once
// Outcome: a program in virtual time, run to its end by castaway-vt, and what came of it.
//
//     const Outcome run = run_in_virtual_time({test_program("sleeps")});
//     EXPECT_EQ(run.out, "1.500001 nanosleep: 0\n");
//     EXPECT_THAT(run, IsDeterministic());

#include <string>
#include <utility>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json_fwd.hpp>

namespace castaway::virtual_time {

using Words = std::vector<std::string>;

struct Outcome {
  int exit_code = -1;  ///< -1 unless castaway-vt ended by itself
  int signal = 0;
  std::string out = {};
  std::string err = {};
  std::string report_text = {};  ///< what --report wrote

  /// Null if it wrote nothing.
  [[nodiscard]] nlohmann::json report() const;
  [[nodiscard]] std::string verdict() const;
  [[nodiscard]] std::string trace() const;
  /// What makes it void, by its name.
  [[nodiscard]] bool has_doubt(const std::string& name) const;
  [[nodiscard]] std::string seen() const;
};

/// One of the programs in the folder `programs`, by the name of its file.
[[nodiscard]] std::string test_program(const std::string& name);

/// What is in a file; empty if there is none.
[[nodiscard]] std::string text_of(const std::string& path);

/// castaway-vt with these words, as they are; its standard input is empty.
/// Waits: until it has ended; it is killed after two minutes.
[[nodiscard]] Outcome run_castaway_vt(const Words& words, const std::string& program = CASTAWAY_VT);

/// `command` in virtual time, with these options and a report.
[[nodiscard]] Outcome run_in_virtual_time(const Words& command, const Words& options = {});

/// A test program, with an empty folder as its argument, prints what its file in the folder
/// `expected` says, deterministically, and does the same when it is repeated. If the file is to
/// change, run the test with CASTAWAY_ACCEPT=1 and look at the difference. Returns both runs.
std::pair<Outcome, Outcome> expect_recorded(const std::string& name);

MATCHER(IsDeterministic, "") {
  *result_listener << arg.seen();
  return arg.verdict() == "deterministic";
}

/// The run is void for this reason, among others if so.
MATCHER_P(IsVoidBecause, reason, "") {
  *result_listener << arg.seen();
  return arg.verdict() == "void" && arg.has_doubt(reason);
}

}  // namespace castaway::virtual_time
