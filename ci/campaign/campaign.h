#pragma once
// Campaign: runs many scenarios, several at a time, and hands over their results in order.

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "castaway/scenario/run.h"

#include "cli/exit_code.h"
#include "selection.h"

namespace castaway::ci {

class Console;

enum class Mark : std::uint8_t {
  pass,
  fail,
  expected_fail,
  vacuous,
  inconclusive,
  stale,
  interrupted,
  unfit,
  broken
};
inline constexpr int marks = static_cast<int>(Mark::broken) + 1;

[[nodiscard]] char letter(Mark mark);
/// "pass", "expected failure"; with a number before it, in the plural: "3 expected failures".
[[nodiscard]] std::string words(Mark mark);
[[nodiscard]] std::string words(Mark mark, std::uint64_t number);
[[nodiscard]] ExitCode exit_code(Mark mark);

/// What came of a scenario in a profile.
struct ItemResult {
  Item item = {};
  Mark mark = Mark::pass;
  scenario::Report report = {};
  /// Of a broken one: our own fault, and how to see it again. Of an unfit one: what is wrong with
  /// the scenario, one line a problem. Findings are not looked at before they run.
  std::string fault = {};
  double seconds = 0;
};

struct CampaignSettings {
  scenario::RunOptions run = {};
  std::uint64_t jobs = 0;  ///< as many as there are cores if 0
};

/// Calls `done` in this thread, for each item in its turn. Once interrupted() is true the runs
/// in hand are cut and count for nothing, and items that have not begun are interrupted, too.
/// Throws: what `done` throws.
void run_all(const std::vector<Item>& items, const CampaignSettings& settings, Console& console,
             const std::function<void(ItemResult)>& done);

}  // namespace castaway::ci
