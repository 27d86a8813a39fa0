#pragma once
// Summary: what came of a soak, as lines for people and as a line of JSON for programs.

#include <optional>
#include <string>
#include <vector>

#include "castaway/time.h"

#include "ledger.h"
#include "vitals.h"

namespace castaway::soak {

/// What came of one profile.
struct Report {
  Account account = {};
  Duration slowest = {};           ///< the longest that an operation took
  Duration slowest_recovery = {};  ///< from the end of a restart until all was as before
};

struct Summary {
  Duration time = {};  ///< how long it took in all
  int restarts = 0;
  bool interrupted = false;
  Report strict = {};
  Report classic = {};                  ///< nothing is asked of it
  std::optional<Vitals> first = {};     ///< once everything was warm
  std::optional<Vitals> last = {};      ///< at the end
  std::vector<std::string> wrong = {};  ///< what must not be, in sentences; empty if all is well
};

/// Adds to `wrong` what the strict profile did and must not do, and what leaked.
void judge(Summary& summary);

/// Some lines.
[[nodiscard]] std::string to_string(const Summary& summary);
/// One line.
[[nodiscard]] std::string to_json(const Summary& summary);

}  // namespace castaway::soak
