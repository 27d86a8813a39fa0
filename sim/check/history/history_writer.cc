#include "castaway/check/history_writer.h"

#include <ostream>

#include "history_lines.h"

namespace castaway::check {

namespace {

constexpr std::size_t flush_at = 1 << 16;

void hand_over(std::ostream& out, std::string& buffer) {
  out.write(buffer.data(), static_cast<std::streamsize>(buffer.size()));
  buffer.clear();
}

}  // namespace

HistoryWriter::HistoryWriter(std::ostream& out, const Head& head) : out_(out) {
  append_head(buffer_, head, std::nullopt);
}

HistoryWriter::~HistoryWriter() { flush(); }

void HistoryWriter::announce(const History& history, Symbol symbol, const Actor& actor) {
  const std::string_view name = history.text(symbol);
  const auto known = announced_.find(name);
  if (known != announced_.end() && known->second == actor) return;
  append_actor(buffer_, name, actor);
  announced_.insert_or_assign(std::string(name), actor);
}

void HistoryWriter::add(const History& history, EventIndex index) {
  Event event = history[index];
  // A cause from before the first event that was written has no number here.
  if (event.cause != no_event && index - event.cause > events_) event.cause = no_event;
  if (const auto actor = history.actors.find(event.actor); actor != history.actors.end())
    announce(history, event.actor, actor->second);
  append_event(buffer_, history, event, events_ - index);
  ++events_;
  if (buffer_.size() >= flush_at) hand_over(out_, buffer_);
}

void HistoryWriter::flush() {
  hand_over(out_, buffer_);
  out_.flush();
}

void HistoryWriter::close(const History& history) {
  for (const auto& [symbol, actor] : history.actors) announce(history, symbol, actor);
  append_last(buffer_, history, events_);
  flush();
}

void write_jsonl(std::ostream& out, const History& history) {
  std::string buffer;
  append_head(buffer, history, history.events().size());
  for (const auto& [symbol, actor] : history.actors)
    append_actor(buffer, history.text(symbol), actor);
  for (const Event& event : history.events()) {
    append_event(buffer, history, event);
    if (buffer.size() >= flush_at) hand_over(out, buffer);
  }
  hand_over(out, buffer);
}

}  // namespace castaway::check
