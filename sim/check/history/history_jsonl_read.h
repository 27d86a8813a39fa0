#pragma once
// JsonlReader: a history from its JSON lines, an event after the other.

#include <cstddef>
#include <cstdint>
#include <istream>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/check/history.h"

#include "line_reader.h"

namespace castaway::check {

struct JsonlReader {
  /// A key that a line may have, and what is done with its value.
  struct Key {
    std::string_view name;
    void (*read)(JsonlReader&, const Field&);
    bool required = false;
  };

  /// Reads the head. Holds at least the last `keep` events.
  /// Throws: HistoryError if there is none. What else is wrong with it is said by next().
  JsonlReader(std::istream& in, std::string name, std::size_t keep);

  /// Reads on to the next event; false at the end.
  /// Throws: HistoryError, with a line for each complaint about the whole text, up to a limit.
  bool next();

  /// How many events were read, held or not.
  [[nodiscard]] std::size_t events() const { return lost_ + history.events().size(); }

  // What the keys do.
  void read_version(const Field& field);
  [[nodiscard]] Symbol symbol(const Field& field) { return history.intern(line.text(field)); }
  [[nodiscard]] std::uint32_t number(const Field& field) const;
  [[nodiscard]] std::int32_t retry(const Field& field) const;
  [[nodiscard]] EventIndex cause(const Field& field) const;

  LineReader line;
  History history;
  std::uint64_t version = 0;
  bool streamed = false;                       ///< the last line says how it ended
  std::optional<std::uint64_t> expected = {};  ///< events

  // Of the line that is being read.
  Symbol actor = 0;
  Actor about;
  Event event;
  const Field* detail = nullptr;
  std::size_t op_column = 0;

 private:
  /// Reads the head, which is the first line, if it is one.
  void read_head();
  /// Takes the next line apart; false at the end. A line that is no JSON counts as an event.
  bool next_line();
  void read_end();
  /// Keeps the last events, if there are twice as many.
  void forget();
  /// Remembers what is wrong, and goes on. Throws: HistoryError once there are too many.
  void complain(const HistoryError& what);
  /// The same, and there is no going on. Throws: HistoryError, always.
  void stop(const HistoryError& what);
  /// Throws: HistoryError if there were complaints.
  void finish_complaints() const;
  void read_actor();
  void read_event();
  void read_last();
  /// Reads each field of the line by its key. Each key may come once.
  void read_fields(std::span<const Key> keys, std::string_view what);
  void read_detail(const Field& field);
  /// An operation is invoked once, or once more for each attempt after the first.
  void check_is_new();

  std::size_t keep_;
  std::size_t lost_ = 0;
  bool closed_ = false;    ///< the last line has come
  bool is_taken_ = false;  ///< the line is taken apart already: an event where a head should be
  std::vector<std::string> complaints_;
  std::vector<EventIndex> invokes_;  ///< by operation: the last
};

}  // namespace castaway::check
