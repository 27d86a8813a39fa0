#include "castaway/check/history.h"

#include <algorithm>
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
  return static_cast<std::uint64_t>(event.kind) | static_cast<std::uint64_t>(event.detail) << 8 |
         static_cast<std::uint64_t>(event.operation) << 16 |
         static_cast<std::uint64_t>(event.effect) << 20 |
         static_cast<std::uint64_t>(event.redelivered) << 24 |
         static_cast<std::uint64_t>(event.suspect) << 25 |
         static_cast<std::uint64_t>(event.edge ? static_cast<int>(*event.edge) + 1 : 0) << 26 |
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
  const Symbol highest = std::max(
      {event.actor, event.task, event.op, event.method, event.topic, event.name, event.text});
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
       {event.actor, event.task, event.op, event.method, event.topic, event.name}) {
    hash = combine(hash, text_hashes_[symbol]);
  }
  hash = combine(hash, event.cause);
  hash = combine(hash, event.digest);
  hash = combine(hash, bits(event.deadline));
  hash = combine(hash, bits(TimePoint(event.monitor)));
  hash = combine(hash, bits(TimePoint(event.length)));
  hash = combine(hash, event.attempt);
  if (event.retry) hash = combine(hash, static_cast<std::uint64_t>(*event.retry));
  hash_ = scramble(hash);
  events_.push_back(event);
  return index;
}

void History::clear() {
  events_.clear();
  hash_ = 0;
}

Actor History::actor(Symbol symbol) const {
  const auto found = actors.find(symbol);
  return found == actors.end() ? Actor{} : found->second;
}

bool History::has_skew() const {
  return skew != Duration::zero() || std::ranges::any_of(actors, [](const auto& entry) {
           return entry.second.skew != Duration::zero();
         });
}

Duration History::skew_of(Symbol symbol) const { return std::max(skew, actor(symbol).skew); }

Duration History::skew_between(const Event& one, const Event& other) const {
  if (one.actor == other.actor) return Duration::zero();
  const TimePoint sum = deadline_after(TimePoint(skew_of(one.actor)), skew_of(other.actor));
  return sum.time_since_epoch();
}

bool History::surely_before(EventIndex first, EventIndex second) const {
  if (first >= second) return false;
  const Event& one = events_[first];
  const Event& other = events_[second];
  const Duration off = skew_between(one, other);
  return off == Duration::zero() || other.at > deadline_after(one.at, off);
}

TimePoint History::end() const {
  if (until != never) return until;
  return events_.empty() ? TimePoint() : events_.back().at;
}

}  // namespace castaway::check
