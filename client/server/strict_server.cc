#include <utility>

#include "server_profile.h"

namespace castaway {
namespace {

class StrictServer final : public ServerProfile {
 public:
  [[nodiscard]] std::unique_ptr<Intake> make_intake(
      RPCTransport::Parts& parts, RequestQueue& requests, Guarded<RequestMemory>& seen,
      const std::vector<Consumption>& queues, const RPCServerOptions& options,
      std::function<void()> wake_listener) const override {
    StrictIntakeOptions strict{.barrier_queue = queues.front().queue.queue,
                               .claims = options.claim_store,
                               .workers = options.workers,
                               .takes_back = parts.transport.capabilities().has("requeue"),
                               .wake_listener = std::move(wake_listener),
                               .claim_timeout = options.claim_timeout};
    for (const Consumption& queue : queues)
      strict.queues.emplace(queue.consumer_tag, queue.queue.queue);
    return make_strict_intake(parts.runtime, parts.observer, requests, seen, std::move(strict));
  }

  [[nodiscard]] std::unique_ptr<Replier> make_replier(RPCTransport::Parts& parts) const override {
    return make_strict_replier(parts.runtime, *parts.sender, parts.observer,
                               parts.options.reply_retry_timeout);
  }

  /// What no worker can take is better off with another server.
  [[nodiscard]] std::uint16_t prefetch(const RPCTransportOptions&,
                                       const RPCServerOptions& options) const override {
    return options.workers;
  }

  [[nodiscard]] bool beats_before_lookup() const override { return false; }
  [[nodiscard]] bool executes_settled() const override { return true; }
  void complete_context(Request&) const override {}
};

}  // namespace

std::unique_ptr<const ServerProfile> make_strict_server() {
  return std::make_unique<StrictServer>();
}

}  // namespace castaway
