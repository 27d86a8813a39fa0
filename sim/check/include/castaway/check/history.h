#pragma once
// History: everything that happened in one run, as plain data. Laws judge it, whoever wrote it: a
// simulation, or a program of yours.
//
// Names are interned: events hold Symbols, the history holds their texts.
// docs/reference/history-format.md describes the same as JSON lines.

#include <cstdint>
#include <deque>
#include <iosfwd>
#include <map>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/check/event.h"

namespace castaway::check {

/// How the run ended.
enum class Ending : std::uint8_t {
  quiescent,  ///< nothing was left to happen
  limit,      ///< at its time limit, with work left
  cut,        ///< stopped from outside: a law that judges the end judges nothing
  livelock,   ///< so much happened at one instant that time stood still
};

enum class ActorKind : std::uint8_t { unknown, client, server, broker, rule, other };

/// What is known of an actor besides its events.
struct Actor {
  ActorKind kind = ActorKind::unknown;
  Duration skew = {};  ///< how far its clock may be off the history's
  friend bool operator==(const Actor&, const Actor&) = default;
};

/// What is known of a run besides its events and actors.
struct Head {
  Ending ending = Ending::quiescent;
  /// Observed from then on. If that is later than the beginning, operations may have begun before,
  /// and a law says how many of them it could not judge.
  TimePoint from = {};
  TimePoint until = never;  ///< observed until then; until the last event if never
  Duration slack = {};      ///< how late a deadline may be noticed: 0 under a virtual clock
  TimePoint quiet = never;  ///< from then on no fault struck; never if unknown
  Duration recovery = 10s;  ///< this long after `quiet` everything works again
  Duration skew = {};       ///< how far any actor's clock may be off, unless `actors` says more
  bool wire = false;        ///< neither clients nor servers were observed, only their messages
  std::uint64_t seed = 0;
  std::string scenario = {};
  std::string profile = {};
  std::string subject = {};   ///< the program under test: "oslo.messaging 14.0.3"
  std::string schedule = {};  ///< how its threads were chosen: "fifo", "chaos"
  friend bool operator==(const Head&, const Head&) = default;
};

class History : public Head {
 public:
  /// The symbol of `text`, a new one if it has none yet. Bytes that are not UTF-8 become U+FFFD, so
  /// that every history can be written.
  Symbol intern(std::string_view text);
  [[nodiscard]] std::string_view text(Symbol symbol) const { return texts_[symbol]; }
  [[nodiscard]] std::size_t symbols() const { return texts_.size(); }

  /// Appends an event and extends the hash. Add events in the order in which they happened.
  /// Throws: std::logic_error if a symbol is not of this history, or `cause` is not an earlier
  /// event.
  EventIndex add(const Event& event);

  /// Takes all events out. What is known of the run and its actors stays, and so do the symbols.
  void clear();

  /// A history of the last `n` events, and all that is known of the run and its actors. It holds
  /// only the texts that it needs. A cause before its first event becomes no_event. If an event is
  /// left out, `from` says so.
  [[nodiscard]] History tail(std::size_t n) const;

  /// Whether the run was not observed from its beginning.
  [[nodiscard]] bool begins_late() const { return from != TimePoint(); }

  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  [[nodiscard]] const Event& operator[](EventIndex index) const { return events_[index]; }

  /// A 64-bit hash of all events so far: of every field but `text`, of names rather than symbols,
  /// and the same with every toolchain.
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

  [[nodiscard]] Actor actor(Symbol symbol) const;
  /// Whether any clock may be off.
  [[nodiscard]] bool has_skew() const;
  /// How far the clock of this actor may be off.
  [[nodiscard]] Duration skew_of(Symbol actor) const;
  /// How far the times of two events may be off each other: nothing if one clock told both.
  [[nodiscard]] Duration skew_between(const Event& one, const Event& other) const;
  /// Whether `first` happened before `second`, however far their clocks are off.
  [[nodiscard]] bool surely_before(EventIndex first, EventIndex second) const;
  /// When the observation ended: `until`, or else the time of the last event.
  [[nodiscard]] TimePoint end() const;

  std::map<Symbol, Actor> actors = {};

 private:
  [[nodiscard]] std::size_t slot(std::string_view text, std::uint64_t text_hash) const;
  void grow();

  std::vector<Event> events_;
  std::deque<std::string> texts_{std::string()};
  std::vector<std::uint64_t> text_hashes_{0};
  /// Open addressing: the slot that a text's hash leads to holds its symbol; 0 is free.
  std::vector<Symbol> slots_;
  std::uint64_t hash_ = 0;
};

/// "s1 executed ping#3 (copy 2)"
[[nodiscard]] std::string in_words(const History& history, const Event& event);

/// One line for people: "12  1.5ms  s1 executed ping#3 (copy 2)".
[[nodiscard]] std::string describe(const History& history, EventIndex index);

/// A 64-bit digest of bytes: how arguments and values are compared in a history. Never 0, which
/// means "not given".
[[nodiscard]] std::uint64_t digest(std::string_view bytes);

/// What an event's name, detail, length and text say, for people: "paused for 5s", "main opened".
[[nodiscard]] std::string detail_in_words(const History& history, const Event& event);

/// The whole history as JSON lines: a head, a line for each known actor, then an event a line. Byte
/// for byte the same for equal histories.
void write_jsonl(std::ostream& out, const History& history);

/// Reads what write_jsonl() wrote, and version 1 of it; `name` stands for the text in errors.
/// Throws: HistoryError, with line, column or JSON pointer, if the text is not a history.
[[nodiscard]] History read_jsonl(std::istream& in, const std::string& name);

class HistoryError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace castaway::check
