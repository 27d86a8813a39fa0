#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "server_profile.h"

namespace castaway {
namespace {

class ClassicServer final : public ServerProfile {
 public:
  [[nodiscard]] std::unique_ptr<Intake> make_intake(RPCTransport::Parts& parts,
                                                    RequestQueue& requests, Guarded<RequestMemory>&,
                                                    const std::vector<Consumption>&,
                                                    const RPCServerOptions&,
                                                    std::function<void()>) const override {
    return make_classic_intake(parts.runtime, parts.observer, requests);
  }

  [[nodiscard]] std::unique_ptr<Replier> make_replier(RPCTransport::Parts& parts) const override {
    return make_classic_replier(parts.runtime, *parts.sender, parts.observer,
                                parts.options.reply_retry_timeout);
  }

  [[nodiscard]] std::uint16_t prefetch(const RPCTransportOptions& transport,
                                       const RPCServerOptions&) const override {
    return transport.queues.rabbit_qos_prefetch_count;
  }

  [[nodiscard]] bool beats_before_lookup() const override { return true; }
  [[nodiscard]] bool executes_settled() const override { return false; }

  /// Upstream's endpoints see one key in the context that no caller sent.
  /// Source: oslo_messaging/_drivers/amqp.py, RpcContext and unpack_context.
  void complete_context(Request& request) const override {
    nlohmann::json context = request.context.json();
    context["client_timeout"] =
        request.call_monitor_timeout
            ? nlohmann::json(std::chrono::duration<double>(*request.call_monitor_timeout).count())
            : nlohmann::json();
    request.context = Object(std::move(context));
  }
};

}  // namespace

std::unique_ptr<const ServerProfile> make_classic_server() {
  return std::make_unique<ClassicServer>();
}

}  // namespace castaway
