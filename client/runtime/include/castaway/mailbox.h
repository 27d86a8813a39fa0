#pragma once
// Mailbox: a queue between tasks. Any task may put items in; a task that takes one waits for an
// item, for its deadline, or for close().

#include <deque>
#include <memory>
#include <optional>
#include <utility>

#include "castaway/guarded.h"
#include "castaway/runtime.h"

namespace castaway {

template <class T>
class Mailbox {
 public:
  Mailbox(Runtime& runtime, std::string_view name)
      : changed_(runtime.make_signal(name)), state_(runtime, name) {}

  /// Adds an item at the end. Once closed, drops it and returns false.
  bool put(T item) {
    {
      auto state = state_.lock();
      if (state->closed) return false;
      state->items.push_back(std::move(item));
    }
    changed_->notify();
    return true;
  }

  /// The oldest item; nothing at `deadline`, or when closed and empty.
  /// Waits: until there is an item, the mailbox is closed, or `deadline`.
  [[nodiscard]] std::optional<T> take(TimePoint deadline = never) {
    for (;;) {
      const Signal::Ticket ticket = changed_->ticket();
      {
        auto state = state_.lock();
        if (!state->items.empty()) {
          std::optional<T> item(std::move(state->items.front()));
          state->items.pop_front();
          return item;
        }
        if (state->closed) return std::nullopt;
      }
      if (!changed_->wait(ticket, deadline)) return std::nullopt;
    }
  }

  /// Takes all items that are there now, oldest first.
  [[nodiscard]] std::deque<T> take_all() { return std::exchange(state_.lock()->items, {}); }

  /// Accepts no more items. Tasks may take those that are left; then take() returns nothing.
  void close() {
    state_.lock()->closed = true;
    changed_->notify();
  }

 private:
  struct State {
    std::deque<T> items = {};
    bool closed = false;
  };
  std::unique_ptr<Signal> changed_;
  Guarded<State> state_;
};

}  // namespace castaway
