#pragma once
// Credit: how many requests a strict server lets the broker hand it: none that would wait long.
//
// A request that waits for a worker is not acknowledged yet, and a broker closes a channel that
// holds one for too long. So what has waited for `patience` goes back to its queue, where a server
// with a free worker may have it, and no more is asked for until one is free here. Most requests
// wait for less, and cost nothing more.

#include <cstdint>
#include <functional>

#include "castaway/guarded.h"
#include "castaway/runtime.h"

#include "connections/listener.h"
#include "request_queue.h"

namespace castaway {

class Credit final {
 public:
  /// `wake` asks for tend(). With 0 workers it does nothing: the broker takes nothing back.
  Credit(Runtime& runtime, RequestQueue& requests, std::uint16_t workers,
         std::function<void()> wake);

  /// A request was put into the queue.
  void arrived();
  /// A worker took one; and is done with it.
  void worker_is_busy();
  void worker_is_free();

  /// See Intake::tend().
  [[nodiscard]] TimePoint tend(Listener& listener);

 private:
  struct State {
    std::size_t busy = 0;
    bool watches = false;    ///< tend() is to be called before a request has waited too long
    std::size_t enough = 0;  ///< so many free workers make tend() ask for more; 0: none do
  };

  /// When the oldest request goes back; `never` if none waits.
  [[nodiscard]] TimePoint send_back_late(Listener& listener);
  [[nodiscard]] TimePoint renew(Listener& listener);
  void ask_for_more(Listener& listener);

  Runtime& runtime_;
  RequestQueue& requests_;
  const std::uint16_t workers_;
  const std::function<void()> wake_;
  TimePoint renewed_ = {};  ///< when queues without a consumer were last asked after
  Guarded<State> state_;
};

}  // namespace castaway
