// The classic replier: a worker sends its reply itself, and stays with it until the broker has
// taken it. A queue that was not there for a minute is not tried again for another one, for
// whichever reply. Source: oslo_messaging/_drivers/amqpdriver.py, AMQPIncomingMessage.reply and
// heartbeat, ObsoleteReplyQueuesCache.

#include <algorithm>

#include "duplicate_filter.h"
#include "replier.h"

namespace castaway {
namespace {

constexpr Duration retry_pause = 250ms;

class ClassicReplier final : public Replier {
 public:
  ClassicReplier(Runtime& runtime, Sender& sender, Observer& observer, Duration retry_for)
      : runtime_(runtime),
        sender_(sender),
        observer_(observer),
        retry_for_(retry_for),
        obsolete_(runtime, "obsolete-reply-queues", std::size_t{200}, Duration(60s)) {}

  void reply(const Request& request, const Answer& answer) override {
    if (request.msg_id.empty()) return;
    if (const auto why = why_unanswerable(request)) return observer_.swallowed_error("reply", *why);
    if (is_obsolete(request.reply_q)) {
      observer_.swallowed_error("reply", "the queue " + request.reply_q +
                                             " is known to be gone: no reply to " + request.method);
      return;
    }
    try {
      if (send_until(deadline_after(runtime_.now(), retry_for_), request, answer)) return;
    } catch (const EncodeError& error) {
      // Upstream logs it too, and the caller runs into its timeout.
      return observer_.swallowed_error("reply", error.what());
    }
    obsolete_.lock()->is_first(request.reply_q, runtime_.now());
    observer_.swallowed_error(
        "reply", "no queue " + request.reply_q + " took the reply to " + request.method);
  }

  std::unique_ptr<Heartbeat> monitor(const Request& request) override {
    const std::optional<Duration> period = heartbeat_period(request, Profile::classic);
    if (!period || why_unanswerable(request)) return nullptr;
    return std::make_unique<TaskHeartbeat>(
        runtime_, *period, [this, reply_q = request.reply_q, msg_id = request.msg_id] {
          return is_obsolete(reply_q) || send(heartbeat_reply(runtime_, reply_q, msg_id));
        });
  }

  void finish() override {}

 private:
  bool is_obsolete(const std::string& reply_q) {
    return obsolete_.lock()->knows(reply_q, runtime_.now());
  }

  /// Each attempt has a _unique_id of its own. A copy of a reply does no harm: it finds no waiter.
  bool send_until(TimePoint deadline, const Request& request, const Answer& answer) {
    while (!send(final_reply(runtime_, request, answer))) {
      if (runtime_.now() >= deadline) return false;
      runtime_.sleep_until(std::min(deadline, deadline_after(runtime_.now(), retry_pause)));
    }
    return true;
  }

  /// Whether the broker took it.
  /// Waits: until that is known.
  bool send(Publication publication) {
    Submission submission{.publication = std::move(publication)};
    const auto publishing =
        std::make_shared<Publishing>(runtime_, runtime_.make_signal("confirm of a reply"));
    sender_.send(submission, publishing);
    for (;;) {
      const Signal::Ticket ticket = publishing->changed().ticket();
      const PublishOutcome outcome = publishing->state().outcome;
      if (outcome != PublishOutcome::pending) return outcome == PublishOutcome::accepted;
      if (!publishing->changed().wait(ticket, never)) return false;
    }
  }

  Runtime& runtime_;
  Sender& sender_;
  Observer& observer_;
  const Duration retry_for_;
  Guarded<DuplicateFilter> obsolete_;
};

}  // namespace

std::unique_ptr<Replier> make_classic_replier(Runtime& runtime, Sender& sender, Observer& observer,
                                              Duration retry_for) {
  return std::make_unique<ClassicReplier>(runtime, sender, observer, retry_for);
}

}  // namespace castaway
