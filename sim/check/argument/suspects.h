#pragma once
// Suspects: a law's verdict on a history in which some events were inferred, not seen.
//
// The law judges twice: with the suspect events as facts, and as if they had not happened. What is
// violated in both readings is a violation. What is violated in one of them is only suspected.

#include "castaway/check/verdict.h"

namespace castaway::check {

/// The law's verdict on `history`, in both readings if it has suspect events.
[[nodiscard]] Verdict judge_twice(Verdict (*law)(const History&), const History& history);

}  // namespace castaway::check
