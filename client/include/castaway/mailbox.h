#pragma once
// Mailbox: a queue between tasks. Anyone may put; whoever takes waits until there is something, the
// deadline, or the close.

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

  /// Adds at the end. False, and the item is dropped, once closed.
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

  /// All that is there now, oldest first; leaves the mailbox empty.
  [[nodiscard]] std::deque<T> take_all() { return std::exchange(state_.lock()->items, {}); }

  /// Lets every taker go once the items are used up.
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
