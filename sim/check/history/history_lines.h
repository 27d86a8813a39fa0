#pragma once
// The lines of a history's text, for those who write one: all at once, or as it comes.

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "castaway/check/history.h"

namespace castaway::check {

/// Without a number of events it is the head of a streamed history, whose last line says how it
/// ended.
void append_head(std::string& out, const Head& head, std::optional<std::size_t> events);

void append_actor(std::string& out, std::string_view name, const Actor& actor);

/// `first` is the number, in the text, of the first event of `history`.
void append_event(std::string& out, const History& history, const Event& event,
                  std::size_t first = 0);

/// The last line of a streamed history.
void append_last(std::string& out, const Head& head, std::size_t events);

}  // namespace castaway::check
