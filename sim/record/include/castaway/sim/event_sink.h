#pragma once
// EventSink: where the events of a run go. It gives each event its time, puts it into the history
// and tells whoever listens.
//
// A program that runs for hours keeps only the latest events: see keep(). The number that an event
// gets from add() stays its number then, though its place in the history changes; a Symbol of the
// history is good only until the next event.

#include <algorithm>
#include <cstddef>
#include <functional>
#include <iosfwd>
#include <limits>
#include <memory>
#include <string_view>
#include <utility>
#include <vector>

#include "castaway/check/history.h"
#include "castaway/check/history_writer.h"
#include "castaway/sim/execution_context.h"
#include "castaway/sim/operation.h"

namespace castaway::sim {

class EventSink final {
 public:
  using Listener = std::function<void(check::EventIndex, const check::Event&)>;

  explicit EventSink(const ExecutionContext& context) : context_(context) {}

  /// Adds the event, which happens now. The number of its cause is one that add() returned.
  /// Returns: its number, or no_event once the run is over.
  check::EventIndex add(check::Event event);
  /// The same of an event of an operation, whose latest it becomes. `op` is null if the operation
  /// is not known.
  check::EventIndex add(const OperationPtr& op, check::Event event);
  [[nodiscard]] check::Symbol intern(std::string_view text) { return history_.intern(text); }

  /// Calls `listener` after each event. It must not add one.
  void on_event(Listener listener) { listeners_.push_back(std::move(listener)); }
  /// Calls `listener` with the number of the first event that is still there, when older ones went.
  void on_forget(std::function<void(check::EventIndex)> listener) {
    forget_listeners_.push_back(std::move(listener));
  }

  /// From now on writes each event to `out` as it happens, and the last line when it is stopped.
  /// Requires: `out` outlives that.
  void stream_to(std::ostream& out);
  /// From now on keeps the latest `events`, at least one, and at most twice as many. All are kept
  /// by default.
  void keep(std::size_t events) { kept_ = std::max<std::size_t>(events, 1); }
  /// How many events were forgotten: the number of the first one that is there.
  [[nodiscard]] check::EventIndex forgotten() const { return forgotten_; }

  /// The events that are there, numbered from 0.
  [[nodiscard]] check::History& history() { return history_; }
  [[nodiscard]] const check::History& history() const { return history_; }

  /// Adds nothing from now on: the run is over, and its world is being taken apart.
  void stop();

 private:
  static constexpr std::size_t all = std::numeric_limits<std::size_t>::max() / 2;

  void forget();

  const ExecutionContext& context_;
  check::History history_;
  std::size_t kept_ = all;
  check::EventIndex forgotten_ = 0;
  std::unique_ptr<check::HistoryWriter> writer_;  ///< null unless it streams
  std::vector<Listener> listeners_;
  std::vector<std::function<void(check::EventIndex)>> forget_listeners_;
  bool over_ = false;
};

}  // namespace castaway::sim
