#pragma once
// Histories as JSON lines, and what their reader complains of.

#include <sstream>
#include <string>
#include <string_view>

#include "castaway/check/history.h"

namespace castaway::check {

inline constexpr std::string_view head = "{\"castaway-history\":2}\n";

inline std::string written(const History& history) {
  std::ostringstream out;
  write_jsonl(out, history);
  return out.str();
}

inline History parsed(std::string_view text) {
  std::istringstream in{std::string(text)};
  return read_jsonl(in, "h.jsonl");
}

/// What reading `text` complains of; "" if nothing.
inline std::string complaint(std::string_view text) {
  try {
    (void)parsed(text);
    return "";
  } catch (const HistoryError& error) {
    return error.what();
  }
}

/// What it complains of when `event` is the line after a head and one other event.
inline std::string event_complaint(std::string_view event) {
  std::string text(head);
  text += "{\"at\":0,\"kind\":\"note\"}\n";
  text += event;
  text += '\n';
  return complaint(text);
}

}  // namespace castaway::check
