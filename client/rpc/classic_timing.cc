#include "request_timing.h"

namespace castaway {
namespace {

/// As upstream, where a timeout bounds the wait for the reply, and not the call.
class ClassicTiming final : public RequestTiming {
 public:
  ClassicTiming(Runtime& runtime, Duration poll) : runtime_(runtime), poll_(poll) {}

  [[nodiscard]] TimePoint deadline(bool call, TimePoint entered, Duration timeout) const override {
    return call ? deadline_after(entered, timeout) : never;
  }

  /// Its clock starts when the broker has confirmed.
  /// Source: oslo_messaging/_drivers/amqpdriver.py, AMQPDriverBase._send and ReplyWaiter.wait.
  [[nodiscard]] TimePoint reply_deadline(TimePoint, TimePoint sent,
                                         Duration timeout) const override {
    return deadline_after(sent, timeout);
  }

  /// Upstream connects it without any bound, whatever the timeout and `retry` say.
  [[nodiscard]] Listener::Ready wait_ready(ReplyWaiters& replies, TimePoint, std::optional<int>,
                                           std::string& why) const override {
    return replies.wait_ready(never, std::nullopt, why);
  }

  /// It has used up its retries.
  [[nodiscard]] bool waits_in_doubt() const override { return false; }

  /// Source of the poll: oslo_messaging/_drivers/amqpdriver.py, ReplyWaiters.get, since 14.8.
  [[nodiscard]] bool wait_for_news(Signal& changed, Signal::Ticket ticket,
                                   TimePoint until) const override {
    if (poll_ <= Duration::zero()) return changed.wait(ticket, until);
    runtime_.sleep_until(deadline_after(runtime_.now(), poll_));
    return runtime_.now() < until;
  }

  [[nodiscard]] std::chrono::milliseconds lifetime(TimePoint, TimePoint,
                                                   Duration timeout) const override {
    return std::chrono::floor<std::chrono::milliseconds>(timeout);
  }

 private:
  Runtime& runtime_;
  const Duration poll_;
};

}  // namespace

std::unique_ptr<RequestTiming> make_classic_timing(Runtime& runtime, Duration poll) {
  return std::make_unique<ClassicTiming>(runtime, poll);
}

}  // namespace castaway
