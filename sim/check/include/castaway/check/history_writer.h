#pragma once
// HistoryWriter: writes a history as JSON lines while it happens, so that a program that runs for
// hours need not hold it. If the program is killed, what was flushed is a history that was cut.
//
//   HistoryWriter writer(file, recorded);
//   writer.add(recorded, recorded.add(event));
//   writer.close(recorded);

#include <cstddef>
#include <iosfwd>
#include <map>
#include <string>

#include "castaway/check/history.h"

namespace castaway::check {

class HistoryWriter {
 public:
  /// Writes the head: all of it but `ending` and `until`, which close() writes.
  HistoryWriter(std::ostream& out, const Head& head);
  /// Flushes. What was not closed reads as cut.
  ~HistoryWriter();
  HistoryWriter(const HistoryWriter&) = delete;
  HistoryWriter& operator=(const HistoryWriter&) = delete;

  /// Writes one event, and a line for its actor if something new is known of it. Add each event
  /// once, in order. `history` may have become a tail of itself in between.
  void add(const History& history, EventIndex index);

  /// Hands all lines so far to the stream, and flushes that. Without it 64 KiB may wait.
  void flush();

  /// Writes the last line: how the history ended, until when it was observed, and how many events
  /// it has. Then flushes. Requires: nothing is added afterwards.
  void close(const History& history);

  /// How many events were added.
  [[nodiscard]] std::size_t events() const { return events_; }

 private:
  void announce(const History& history, Symbol symbol, const Actor& actor);

  std::ostream& out_;
  std::string buffer_;
  std::size_t events_ = 0;
  std::map<std::string, Actor, std::less<>> announced_;
};

}  // namespace castaway::check
