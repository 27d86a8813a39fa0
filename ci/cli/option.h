#pragma once
// Option: a flag or an argument of a verb, as plain data: its name, its help and the field that it
// writes to. The field's type says how its text is read.

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "castaway/scenario/scenario.h"
#include "castaway/time.h"

namespace castaway::ci {

/// A bool is a flag without a value; a vector takes the option again and again. An option that is
/// not given leaves its field as it is.
using Field = std::variant<std::monostate, bool*, std::string*, std::vector<std::string>*,
                           std::uint64_t*, std::optional<std::uint64_t>*, Duration*,
                           std::optional<Duration>*, std::optional<scenario::SubjectProfile>*,
                           scenario::Explore::How*, std::vector<scenario::Explore::How>*>;

struct Option {
  /// "--seed N", "-v,--verbose", or "PATH" for an argument without a flag.
  std::string name = {};
  std::string what = {};    ///< a line of the help
  Field into = {};          ///< nothing for --help, which ends the reading
  std::uint64_t least = 0;  ///< of a number
};

/// "--seed N": "--seed" and "N". The second is empty for a flag without a value, and for an
/// argument without a flag.
[[nodiscard]] std::string name_of(const Option& option);
[[nodiscard]] std::string value_of(const Option& option);

/// Whether it is an argument without a flag.
[[nodiscard]] bool is_positional(const Option& option);
/// Whether it may be given again, and each of its values counts.
[[nodiscard]] bool takes_several(const Option& option);

}  // namespace castaway::ci
