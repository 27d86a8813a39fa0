#pragma once
// Words: how the parts of an argument are worded, so that all laws use the same words.

#include <string>
#include <string_view>
#include <vector>

#include "castaway/check/history.h"
#include "castaway/check/text.h"
#include "castaway/check/verdict.h"

namespace castaway::check {

using castaway::to_string;

/// "call", "cast" or "fanout"; "operation" if the history does not say.
[[nodiscard]] std::string_view word(OperationKind kind);

/// "A call", "An operation"
[[nodiscard]] std::string any(OperationKind kind);

/// `call "ping#3"`
[[nodiscard]] std::string title(const History& history, Symbol op, OperationKind kind);

/// "ping#3", or "something" for an event of no operation.
[[nodiscard]] std::string name(const History& history, Symbol op);

/// "s1", "the broker", or `otherwise` if the history does not say.
[[nodiscard]] std::string who(const History& history, Symbol actor, std::string_view otherwise);

/// The task that invoked, or at least its process.
[[nodiscard]] std::string caller(const History& history, const Event& invoke);

/// "returned", "raised an error", "timed out" or "failed".
[[nodiscard]] std::string_view completed(EventKind completion);

/// "1.5s": since the beginning of the run.
[[nodiscard]] std::string at(const Event& event);

/// How much later `second` was, never negative: clocks of two machines may disagree.
[[nodiscard]] Duration between(const Event& first, const Event& second);

/// In the order of the events.
void sort(std::vector<Step>& steps);

}  // namespace castaway::check
