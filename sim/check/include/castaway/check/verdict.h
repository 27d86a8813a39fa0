#pragma once
// Verdict: what a law says about a history: it holds, it is violated, or it is vacuous because it
// judged nothing. It lists every violation, with an argument that a person can follow.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/check/breach.h"
#include "castaway/check/history.h"

namespace castaway::check {

/// One step of an argument: an event of the history and what it shows.
struct Step {
  EventIndex event = no_event;
  std::string text = {};
  TimePoint at = never;    ///< when it happened, for a reader who has no history; never: look there
  bool is_reason = false;  ///< it led up to the violation; the others show the violation itself
  friend bool operator==(const Step&, const Step&) = default;
};

/// What an argument ends at: what made the difference.
struct Ground {
  enum class Kind : std::uint8_t {
    fault,  ///< of the fault plan; `name` is its rule
    event,  ///< what became of a process, a connection or the broker without a fault
    limit,  ///< what a program or its world keeps to
  };
  Kind kind = Kind::limit;
  std::string name = {};
  friend bool operator==(const Ground&, const Ground&) = default;
};

/// "fault", "event" or "limit"
[[nodiscard]] std::string_view to_string(Ground::Kind kind);

struct Violation {
  std::string op = {};    ///< the operation that broke the law
  Breach breach = {};     ///< in what way: what programs compare
  std::string what = {};  ///< in one sentence: 'The cast "probe" was executed twice by s1.'
  std::vector<Step> steps = {};
  std::vector<Ground> grounds = {};  ///< empty if the history does not show them
  std::string law = {};              ///< the law in words, with the number that helps to fix it
  std::string consequence_of = {};   ///< the law whose violation explains this one, if another does
  friend bool operator==(const Violation&, const Violation&) = default;
};

struct Verdict {
  std::string law = {};  ///< "at-most-once"
  /// How many operations, pairs or events the law judged.
  std::size_t judged = 0;
  /// Operations that began before the history did, and so were not judged, or only in part.
  std::size_t unseen = 0;
  std::vector<Violation> violations = {};
  /// What would be violations if suspect events were facts: neither green nor red.
  std::vector<Violation> suspects = {};
  std::string vacuous_because = {};  ///< in words, when it judged nothing

  [[nodiscard]] bool violated() const { return !violations.empty(); }
  [[nodiscard]] bool suspected() const { return violations.empty() && !suspects.empty(); }
  [[nodiscard]] bool vacuous() const { return !violated() && !suspected() && judged == 0; }
  [[nodiscard]] bool holds() const { return !violated() && !suspected() && judged > 0; }
  friend bool operator==(const Verdict&, const Verdict&) = default;
};

/// When the step's event happened. Looks into `history` only if the step does not say. Requires:
/// the step has an event.
[[nodiscard]] TimePoint time_of(const History& history, const Step& step);

/// "3 operations began before the history"; "" if none did.
[[nodiscard]] std::string unseen_in_words(const Verdict& verdict);

/// The numbers of a verdict: "1,200 judged", "120 judged; 3 operations began before the history".
[[nodiscard]] std::string judged_in_words(const Verdict& verdict);

/// "at-most-once holds (120 judged)", or the violations with their numbered steps, one block each.
[[nodiscard]] std::string to_string(const Verdict& verdict, const History& history);

}  // namespace castaway::check
