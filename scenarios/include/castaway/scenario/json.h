#pragma once
// Scenario files: reads a scenario from JSON, checks it against the schema, lints it, and writes it
// back.
//
// All problems are reported at once, each with its place and, for an unknown name, the nearest
// known one.

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/scenario/scenario.h"

namespace castaway::scenario {

struct Problem {
  std::string pointer = {};  ///< JSON pointer, "" for the whole file
  int line = 0;              ///< from 1; 0 if not known
  int column = 0;
  std::string text = {};  ///< what is wrong, what was expected, and the fix where there is one
  friend bool operator==(const Problem&, const Problem&) = default;
};

class ScenarioError : public std::runtime_error {
 public:
  ScenarioError(const std::string& name, std::vector<Problem> problems);
  [[nodiscard]] const std::vector<Problem>& problems() const { return problems_; }

 private:
  std::vector<Problem> problems_;
};

/// Reads a scenario. `name` stands for the text in errors: the path of the file. A finding or a
/// generated scenario needs no more than this.
/// Throws: ScenarioError with every problem found.
[[nodiscard]] Scenario parse(std::string_view text, const std::string& name);

/// Reads faults for a broker whose clients are other programs: {"faults": [...]}, and "broker" if
/// that is not the usual one. A whole scenario will do.
/// Throws: ScenarioError with every problem found.
[[nodiscard]] Scenario parse_faults(std::string_view text, const std::string& name);

/// Parses, then lints: what people wrote should pass both.
/// Throws: ScenarioError with every problem found.
[[nodiscard]] Scenario load(std::string_view text, const std::string& name);

/// Writes a scenario as people would: defaults left out, two spaces, one step or rule a line where
/// it fits. parse(print(s)) == s for every scenario that the schema allows and that is at most
/// max_json_depth deep.
[[nodiscard]] std::string print(const Scenario& scenario);

/// Finds what the schema cannot: names of nothing, rules that can never match, expectations that
/// can never be judged.
[[nodiscard]] std::vector<Problem> lint(const Scenario& scenario);

/// The JSON Schema (draft-07) of the format.
[[nodiscard]] std::string_view schema();

}  // namespace castaway::scenario
