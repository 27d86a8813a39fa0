#include "castaway/check/history.h"

#include <algorithm>
#include <array>
#include <bit>

#include "castaway/utf8.h"

namespace castaway::check {

namespace {

/// Bijective in each argument, so that a changed word always shows in the end.
constexpr std::uint64_t combine(std::uint64_t hash, std::uint64_t word) {
  return (std::rotl(hash, 5) ^ word) * 0x9e3779b97f4a7c15U;
}

/// The finalizer of splitmix64: every bit of the result depends on every bit of `x`.
constexpr std::uint64_t scramble(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9U;
  x = (x ^ (x >> 27)) * 0x94d049bb133111ebU;
  return x ^ (x >> 31);
}

/// Up to eight bytes, the first lowest, on every machine.
constexpr std::uint64_t word_of(std::string_view bytes) {
  std::uint64_t word = 0;
  for (std::size_t i = bytes.size(); i > 0; --i) {
    word = (word << 8) | static_cast<unsigned char>(bytes[i - 1]);
  }
  return word;
}

constexpr std::uint64_t full_word_of(const char* bytes) {
  std::uint64_t word = 0;
  for (int i = 0; i < 8; ++i) {
    word |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return word;
}

std::uint64_t bits(TimePoint time) {
  return static_cast<std::uint64_t>(time.time_since_epoch().count());
}

std::uint64_t small_fields(const Event& event) {
  return static_cast<std::uint64_t>(event.kind) | static_cast<std::uint64_t>(event.operation) << 8 |
         static_cast<std::uint64_t>(event.effect) << 16 |
         static_cast<std::uint64_t>(event.redelivered) << 24 |
         static_cast<std::uint64_t>(event.copy) << 32;
}

}  // namespace

std::uint64_t digest(std::string_view bytes) {
  std::uint64_t hash = scramble(bytes.size());
  while (bytes.size() >= 8) {
    hash = combine(hash, full_word_of(bytes.data()));
    bytes.remove_prefix(8);
  }
  hash = scramble(combine(hash, word_of(bytes)));
  return hash == 0 ? 1 : hash;
}

std::size_t History::slot(std::string_view text, std::uint64_t text_hash) const {
  const std::size_t mask = slots_.size() - 1;
  std::size_t at = text_hash & mask;
  while (slots_[at] != 0 && (text_hashes_[slots_[at]] != text_hash || texts_[slots_[at]] != text)) {
    at = (at + 1) & mask;
  }
  return at;
}

void History::grow() {
  slots_.assign(std::max<std::size_t>(64, slots_.size() * 2), 0);
  const std::size_t mask = slots_.size() - 1;
  for (Symbol symbol = 1; symbol < texts_.size(); ++symbol) {
    std::size_t at = text_hashes_[symbol] & mask;
    while (slots_[at] != 0) at = (at + 1) & mask;
    slots_[at] = symbol;
  }
}

Symbol History::intern(std::string_view text) {
  if (text.empty()) return 0;
  // At most half full, or the ways to a free slot get long.
  if (slots_.size() < 2 * texts_.size()) grow();
  const std::uint64_t text_hash = digest(text);
  const std::size_t at = slot(text, text_hash);
  if (slots_[at] != 0) return slots_[at];
  // Only a text that is new has to be looked at: those we know are UTF-8.
  if (!is_utf8(text)) return intern(to_utf8(text));
  const Symbol symbol = static_cast<Symbol>(texts_.size());
  texts_.emplace_back(text);
  text_hashes_.push_back(text_hash);
  slots_[at] = symbol;
  return symbol;
}

EventIndex History::add(const Event& event) {
  const Symbol highest =
      std::max({event.actor, event.task, event.op, event.method, event.topic, event.detail});
  if (highest >= texts_.size()) {
    throw std::logic_error("History::add: an event's symbol is not of this history");
  }
  const EventIndex index = static_cast<EventIndex>(events_.size());
  if (event.cause != no_event && event.cause >= index) {
    throw std::logic_error("History::add: an event's cause is no earlier event");
  }

  std::uint64_t hash = combine(hash_, bits(event.at));
  hash = combine(hash, small_fields(event));
  for (const Symbol symbol :
       {event.actor, event.task, event.op, event.method, event.topic, event.detail}) {
    hash = combine(hash, text_hashes_[symbol]);
  }
  hash = combine(hash, event.cause);
  hash = combine(hash, event.digest);
  hash = combine(hash, bits(event.deadline));
  if (event.monitor != Duration::zero()) hash = combine(hash, bits(TimePoint(event.monitor)));
  hash_ = scramble(hash);
  events_.push_back(event);
  return index;
}

std::string_view to_string(EventKind kind) {
  static constexpr std::array<std::string_view, event_kinds> names = {
      "invoke", "publish",      "accept",       "confirm", "deliver", "settle",  "execute", "done",
      "reply",  "reply_accept", "reply_arrive", "return",  "error",   "timeout", "failure", "fault",
      "link",   "process",      "note",         "residue", "inject",  "refuse"};
  return names[static_cast<std::size_t>(kind)];
}

bool is_completion(EventKind kind) {
  return kind == EventKind::returned || kind == EventKind::error || kind == EventKind::timeout ||
         kind == EventKind::failure;
}

}  // namespace castaway::check
