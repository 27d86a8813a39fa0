#pragma once
// HistoryReader: reads a history from JSON lines event by event, and holds only the last of them,
// so that a file may be larger than the memory.
//
//   HistoryReader reader(file, name, 1000);
//   while (reader.next()) look_at(reader.history());

#include <cstddef>
#include <iosfwd>
#include <limits>
#include <memory>
#include <string>

#include "castaway/check/history.h"

namespace castaway::check {

struct JsonlReader;

class HistoryReader {
 public:
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max();

  /// Reads the head. `name` stands for the text in errors. Holds at least the last `keep` events,
  /// and no more than twice as many.
  /// Throws: HistoryError if the text does not begin as a history. std::invalid_argument if `keep`
  /// is 0.
  HistoryReader(std::istream& in, std::string name, std::size_t keep = all);
  ~HistoryReader();
  HistoryReader(const HistoryReader&) = delete;
  HistoryReader& operator=(const HistoryReader&) = delete;

  /// Reads on to the next event, which is then the last of history(). False at the end; only then
  /// history() says how the run ended. Whether an operation is invoked again without an attempt is
  /// checked among the events that are held.
  /// Throws: HistoryError, with line, column or JSON pointer, if the text is not a history.
  bool next();

  [[nodiscard]] const History& history() const;
  /// How many events were read.
  [[nodiscard]] std::size_t events() const;

 private:
  std::unique_ptr<JsonlReader> reader_;
};

}  // namespace castaway::check
