#pragma once
// Difference: the first event in which two runs of one scenario differ, and what led to it. Use it
// to compare a failing run with a passing one.
//
// Events are compared in the words of describe(), so that one of the runs may come from a file or
// from another version of the program.

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/check/verdict.h"

namespace castaway::scenario {

/// The first `most` events, each in the words of describe().
[[nodiscard]] std::vector<std::string> in_words(const check::History& history, std::size_t most);

/// The event, after the events that led to it, cause by cause: at most twelve in all.
[[nodiscard]] std::vector<check::Step> chain(const check::History& history,
                                             check::EventIndex event);

struct Difference {
  check::EventIndex event = 0;          ///< the first that is not the same in both
  std::string before = {};              ///< what it was; empty if that run had ended
  std::vector<check::Step> after = {};  ///< what it is, after what led to it; empty if this one has
  friend bool operator==(const Difference&, const Difference&) = default;
};

/// Where `after` first differs from the words of another run; nothing if it does not.
/// `before_events` is how many events that run had, in case its words end sooner.
[[nodiscard]] std::optional<Difference> first_difference(const std::vector<std::string>& before,
                                                         std::size_t before_events,
                                                         const check::History& after);

/// In lines: "The first event that differs is 12.", what it was, what it is, and what led to it.
/// The two runs are called `before` and `after`.
[[nodiscard]] std::string to_string(const Difference& difference, std::string_view before = "was",
                                    std::string_view after = "is");

}  // namespace castaway::scenario
