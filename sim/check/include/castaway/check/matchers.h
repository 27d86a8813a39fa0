#pragma once
// Matchers: let a test say what it expects of a Verdict: `EXPECT_THAT(at_most_once(history),
// Holds())`. A failure shows the whole argument.
//
// For tests only: this header needs GoogleMock, the library does not.

#include <ostream>

#include <gmock/gmock.h>

#include "castaway/check/verdict.h"

namespace castaway::check {

/// Prints a verdict for GoogleTest. There is no history at hand, so the steps come without their
/// times.
inline void PrintTo(const Verdict& verdict, std::ostream* out) {
  *out << verdict.law << ", " << verdict.judged << " judged";
  if (verdict.unseen > 0) *out << ", " << unseen_in_words(verdict);
  if (verdict.vacuous()) *out << ", because " << verdict.vacuous_because;
  for (const Violation& violation : verdict.violations) {
    *out << "\n" << violation.what;
    for (const Step& step : violation.steps)
      *out << "\n  event " << step.event << "  " << step.text;
    *out << "\n" << violation.law;
    if (!violation.consequence_of.empty())
      *out << "\nA consequence of " << violation.consequence_of << ".";
  }
  *out << "\n";
}

MATCHER(Holds, negation ? "does not hold" : "holds") { return arg.holds(); }
MATCHER(IsViolated, negation ? "is not violated" : "is violated") { return arg.violated(); }
MATCHER(IsVacuous, negation ? "is not vacuous" : "is vacuous") { return arg.vacuous(); }

}  // namespace castaway::check
