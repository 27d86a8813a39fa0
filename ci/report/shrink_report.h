#pragma once
// ShrinkReport: what shrinking did and what is left, as text.

#include <string>

#include "castaway/scenario/shrink.h"

namespace castaway::ci {

/// "3 operations, 1 rule, 2 deviations, 1 client and 2 servers"
[[nodiscard]] std::string in_words(const scenario::Size& size);

/// A table: what each stage took and took away.
[[nodiscard]] std::string passes(const scenario::Shrunk& shrunk);

/// Why it ended.
[[nodiscard]] std::string ending(const scenario::Shrunk& shrunk);

/// What of the numbers that are left it takes to fail, and where the nearest run that does not
/// fail goes another way. Empty if interrupted.
[[nodiscard]] std::string explanation(const scenario::Shrunk& shrunk,
                                      scenario::SubjectProfile profile,
                                      const scenario::Property& property);

}  // namespace castaway::ci
