#pragma once
// History: everything that happened in one run, as plain data. Laws judge it, whoever wrote it: a
// simulation, or a program of yours.
//
// An event says what happened, when, to which process, operation and copy, and why (`cause`, the
// index of the event that led to it). Names are interned: events hold Symbols, the history holds
// their texts. docs/reference/history-format.md describes the same as JSON lines.

#include <cstdint>
#include <deque>
#include <iosfwd>
#include <limits>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/error.h"
#include "castaway/time.h"

namespace castaway::check {

/// An index into the history's texts. 0 is "" and means "not given".
using Symbol = std::uint32_t;

enum class EventKind : std::uint8_t {
  invoke,   ///< I: a task entered call() or cast()
  publish,  ///< the client handed the request to its connection; again for each retry
  accept,   ///< A: the broker took charge of the request
  confirm,  ///< the broker's confirm reached the client; detail: "ack" or "nack"
  deliver,  ///< D: a copy of the request reached a server, the actor
  /// S: a server's ack or reject reached the broker; actor is the server, detail "ack", "requeue"
  /// or "reject".
  settle,
  execute,       ///< X: an endpoint's method began
  done,          ///< Z: it ended; detail: "return" or "error"
  reply,         ///< R: the server handed the reply to its connection
  reply_accept,  ///< the broker took charge of the reply
  reply_arrive,  ///< P: a copy of the reply reached the client
  returned,      ///< C, in text "return": the call returned a value, or the cast was accepted
  error,         ///< C: the call raised what the endpoint, or its dispatch, raised
  timeout,       ///< C: MessagingTimeout
  failure,       ///< C: another error; `effect` says what is known
  fault,         ///< F: a fault rule fired; actor is the rule, detail what it did: "duplicate"
  link,          ///< a connection of the actor's; detail says "opened", "closed" or "cut"
  process,       ///< detail: "started", "stopping", "stopped", "killed", "paused" or "resumed"
  note,          ///< anything else for people; no law reads it
  residue,       ///< at the end of a run: `copy` says how many of what `detail` names are left
  /// A message made by hand, called `op`, was handed to the broker; detail: "request" or "reply";
  /// of a reply, `cause` is the invoke of the call it names.
  inject,
  /// A server executed nothing: it has no such method, or the request makes no sense; detail: the
  /// error that says so.
  refuse,
};
inline constexpr int event_kinds = static_cast<int>(EventKind::refuse) + 1;

enum class OperationKind : std::uint8_t { none, call, cast, fanout };

using EventIndex = std::uint32_t;
inline constexpr EventIndex no_event = std::numeric_limits<EventIndex>::max();

struct Event {
  TimePoint at = {};
  EventKind kind = EventKind::note;
  OperationKind operation = OperationKind::none;  ///< of invoke
  Effect effect = Effect::unknown;                ///< of failure and timeout
  bool redelivered = false;                       ///< of deliver
  Symbol actor = 0;        ///< the process or rule: "c1", "s1", "broker", "echo-late"
  Symbol task = 0;         ///< of invoke: "c1/main"
  Symbol op = 0;           ///< "ping#3"; unique in the history
  Symbol method = 0;       ///< of invoke and execute
  Symbol topic = 0;        ///< of invoke
  Symbol detail = 0;       ///< in words
  std::uint32_t copy = 0;  ///< which delivery or execution of the operation, from 1
  EventIndex cause = no_event;
  /// Of invoke and execute: of the method and arguments. Of done, returned and error: of the value
  /// or the error.
  std::uint64_t digest = 0;
  TimePoint deadline = never;  ///< of invoke: when it must have completed
  Duration monitor = {};  ///< of invoke: call_monitor_timeout; 0 when the call is not monitored
  friend bool operator==(const Event&, const Event&) = default;
};

/// How the run ended.
enum class Ending : std::uint8_t {
  quiescent,  ///< nothing was left to happen
  limit,      ///< at its time limit, with work left
  cut,        ///< stopped from outside: a law that judges the end judges nothing
  livelock,   ///< so much happened at one instant that time stood still
};

class History {
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

  [[nodiscard]] const std::vector<Event>& events() const { return events_; }
  [[nodiscard]] const Event& operator[](EventIndex index) const { return events_[index]; }

  /// A 64-bit hash of the canonical fields of all events so far: of texts, not of symbols, and the
  /// same with every toolchain.
  [[nodiscard]] std::uint64_t hash() const { return hash_; }

  Ending ending = Ending::quiescent;
  Duration slack = {};      ///< how late a deadline may be noticed: 0 under a virtual clock
  TimePoint quiet = never;  ///< from then on no fault struck; never if unknown
  Duration recovery = 10s;  ///< this long after `quiet` everything works again
  std::uint64_t seed = 0;
  std::string scenario = {};
  std::string profile = {};

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

[[nodiscard]] std::string_view to_string(EventKind kind);
[[nodiscard]] bool is_completion(EventKind kind);

/// One line for people: "12  1.5ms  s1 executed ping#3 (copy 2)".
[[nodiscard]] std::string describe(const History& history, EventIndex index);

/// A 64-bit digest of bytes: how arguments and values are compared in a history. Never 0, which
/// means "not given".
[[nodiscard]] std::uint64_t digest(std::string_view bytes);

/// The whole history as JSON lines: a head, then an event a line. Byte for byte the same for equal
/// histories.
void write_jsonl(std::ostream& out, const History& history);

/// Reads what write_jsonl() wrote; `name` stands for the text in errors.
/// Throws: HistoryError, with line, column or JSON pointer, if the text is not a history.
[[nodiscard]] History read_jsonl(std::istream& in, const std::string& name);

class HistoryError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace castaway::check
