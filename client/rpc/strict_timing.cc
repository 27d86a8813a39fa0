#include "request_timing.h"

namespace castaway {
namespace {

/// One deadline, which counts from the beginning, bounds all of it.
class StrictTiming final : public RequestTiming {
 public:
  [[nodiscard]] TimePoint deadline(bool, TimePoint entered, Duration timeout) const override {
    return deadline_after(entered, timeout);
  }

  [[nodiscard]] TimePoint reply_deadline(TimePoint deadline, TimePoint, Duration) const override {
    return deadline;
  }

  [[nodiscard]] Listener::Ready wait_ready(ReplyWaiters& replies, TimePoint deadline,
                                           std::optional<int> retry,
                                           std::string& why) const override {
    return replies.wait_ready(deadline, retry, why);
  }

  [[nodiscard]] bool waits_in_doubt() const override { return true; }

  [[nodiscard]] bool wait_for_news(Signal& changed, Signal::Ticket ticket,
                                   TimePoint until) const override {
    return changed.wait(ticket, until);
  }

  /// Rounded up: down to zero would mean that the request expires unless a server is ready at this
  /// instant.
  [[nodiscard]] std::chrono::milliseconds lifetime(TimePoint now, TimePoint deadline,
                                                   Duration) const override {
    return std::chrono::ceil<std::chrono::milliseconds>(deadline - now);
  }
};

}  // namespace

std::unique_ptr<RequestTiming> make_strict_timing() { return std::make_unique<StrictTiming>(); }

}  // namespace castaway
