#include "castaway/check/history_reader.h"

#include <stdexcept>
#include <utility>

#include "history_jsonl_read.h"

namespace castaway::check {

HistoryReader::HistoryReader(std::istream& in, std::string name, std::size_t keep) {
  if (keep == 0) throw std::invalid_argument("HistoryReader: it has to keep an event at least");
  reader_ = std::make_unique<JsonlReader>(in, std::move(name), keep);
}

HistoryReader::~HistoryReader() = default;

bool HistoryReader::next() { return reader_->next(); }

const History& HistoryReader::history() const { return reader_->history; }

std::size_t HistoryReader::events() const { return reader_->events(); }

History read_jsonl(std::istream& in, const std::string& name) {
  JsonlReader reader(in, name, HistoryReader::all);
  while (reader.next()) {
  }
  return std::move(reader.history);
}

}  // namespace castaway::check
