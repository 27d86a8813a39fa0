#pragma once
// Report: what `run` prints, as text: the head, a line a section, a block a finding, one scenario
// in detail, the sum.

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "argument.h"
#include "campaign/campaign.h"

namespace castaway::ci {

/// What the run shown broke: what made it fail, before what is known to be broken.
[[nodiscard]] std::vector<Broken> broken_in(const ItemResult& result);

/// "castaway 0.1.0   profiles strict and classic   seed of each scenario"; with `seed`, that one.
[[nodiscard]] std::string head(const std::vector<Item>& items,
                               std::optional<std::uint64_t> seed = {});

/// A scenario's name, its cases and what it is about.
[[nodiscard]] std::string introduction(const scenario::Scenario& scenario);

/// What to do with a result next, as commands; empty where there is nothing to do.
struct Commands {
  std::string again = {};    ///< shows it again
  std::string smaller = {};  ///< makes a failure smaller
};

/// What came of a scenario in a profile, at length.
[[nodiscard]] std::string detail(const ItemResult& result, const Commands& commands, bool verbose);

/// The same in at most ten lines, for results that are not simply a pass.
/// `contrast` is a sentence on how the scenario fares elsewhere, if there is something to be said.
[[nodiscard]] std::string block(const ItemResult& result, const Commands& commands,
                                const std::string& contrast = {});

/// Counts results, and says what they come to.
class Sum {
 public:
  void add(const ItemResult& result);
  [[nodiscard]] ExitCode exit_code() const { return code_; }
  /// "29 scenarios, 41 results: 36 pass, 5 expected failures (x)", "1,234 runs in 1.2 s", "exit 0"
  [[nodiscard]] std::string text(double seconds, ExitCode code, bool letters) const;

 private:
  std::array<std::uint64_t, marks> counts_ = {};
  std::map<const Selected*, int> scenarios_;
  std::uint64_t runs_ = 0;
  ExitCode code_ = ExitCode::fine;
};

}  // namespace castaway::ci
