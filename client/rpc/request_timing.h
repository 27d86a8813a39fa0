#pragma once
// RequestTiming: where the profiles differ in a call or a cast: when its time starts, what that
// time bounds, and how it waits. Each profile has one: see strict_timing.cc and classic_timing.cc.

#include <chrono>
#include <memory>
#include <optional>
#include <string>

#include "castaway/runtime.h"
#include "castaway/time.h"

#include "reply_waiters.h"

namespace castaway {

class RequestTiming {
 public:
  virtual ~RequestTiming() = default;

  /// When the operation must have completed.
  [[nodiscard]] virtual TimePoint deadline(bool call, TimePoint entered,
                                           Duration timeout) const = 0;
  /// When the wait for the reply ends of a request that was handed over at `sent`.
  [[nodiscard]] virtual TimePoint reply_deadline(TimePoint deadline, TimePoint sent,
                                                 Duration timeout) const = 0;
  /// As ReplyWaiters::wait_ready(), for as long as the profile waits.
  [[nodiscard]] virtual Listener::Ready wait_ready(ReplyWaiters& replies, TimePoint deadline,
                                                   std::optional<int> retry,
                                                   std::string& why) const = 0;
  /// Whether a call in doubt waits for its reply, which would prove that the broker took it.
  [[nodiscard]] virtual bool waits_in_doubt() const = 0;
  /// False when it ended without news.
  [[nodiscard]] virtual bool wait_for_news(Signal& changed, Signal::Ticket ticket,
                                           TimePoint until) const = 0;
  /// How long a call's message lives that is handed over now.
  [[nodiscard]] virtual std::chrono::milliseconds lifetime(TimePoint now, TimePoint deadline,
                                                           Duration timeout) const = 0;
};

[[nodiscard]] std::unique_ptr<RequestTiming> make_strict_timing();
/// `poll` is the time between two looks for a reply; 0 if it wakes the call itself.
[[nodiscard]] std::unique_ptr<RequestTiming> make_classic_timing(Runtime& runtime, Duration poll);

}  // namespace castaway
