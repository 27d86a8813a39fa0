#include "castaway/rpc_server.h"

#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "dispatcher.h"
#include "goodbye.h"
#include "intake.h"
#include "listener.h"
#include "new_id.h"
#include "replier.h"
#include "transport_parts.h"

namespace castaway {
namespace {

constexpr Duration close_bound = 5s;

Target listening_target(Target target) {
  if (target.topic.empty())
    throw InvalidTarget("A server's target must have a topic: " + to_string(target));
  if (target.server.empty())
    throw InvalidTarget("A server's target must have a server: " + to_string(target));
  return target;
}

}  // namespace

class RPCServer::Impl {
 public:
  Impl(RPCTransport::Parts& parts, Target target, std::vector<Endpoint> endpoints,
       RPCServerOptions options)
      : parts_(parts),
        target_(listening_target(std::move(target))),
        endpoints_(std::move(endpoints)),
        workers_(std::max<std::uint16_t>(options.workers, 1)),
        replier_(parts.runtime, *parts.sender, parts.options, parts.observer) {}

  ~Impl() {
    goodbye([this] {
      stop();
      wait();
    });
  }

  void start() {
    if (listener_) return;
    const bool strict = parts_.options.profile == Profile::strict;
    const std::string id = new_id(parts_.runtime, "fanout-queue");
    std::vector<Consumption> queues = parts_.topology.server_queues(target_, id);
    intake_ = strict
                  ? make_strict_intake(parts_.runtime, parts_.observer, queues.front().queue.queue)
                  : make_classic_intake(parts_.runtime, parts_.observer);
    listener_ = std::make_unique<Listener>(
        parts_.runtime, parts_.transport,
        ListenerOptions{
            .name = parts_.options.name + "/" + target_.topic,
            .profile = parts_.options.profile,
            .queues = std::move(queues),
            .prefetch = strict ? workers_ : parts_.options.queues.rabbit_qos_prefetch_count},
        [intake = intake_.get()](Taken taken) { intake->deliver(std::move(taken)); });
    for (int i = 1; i <= workers_; ++i) {
      tasks_.push_back(parts_.runtime.spawn("worker-" + std::to_string(i), [this] { work(); }));
    }
    listener_->wait_ready(never);
  }

  void stop() {
    if (listener_ && !std::exchange(stopped_, true)) intake_->stop(*listener_);
  }

  void wait() {
    if (!listener_ || !stopped_) return;
    for (const auto& task : tasks_) task->join();
    tasks_.clear();
    intake_->closing();
    listener_->close(deadline_after(parts_.runtime.now(), close_bound));
    listener_.reset();
    intake_.reset();
    stopped_ = false;
  }

 private:
  void work() {
    while (std::optional<Request> request = intake_->next()) {
      const Execution execution{.unique_id = request->unique_id,
                                .msg_id = request->msg_id,
                                .server = target_.server,
                                .method = request->method,
                                .args = request->args};
      parts_.observer.executing(execution);
      intake_->begun();
      if (parts_.options.profile == Profile::classic) add_client_timeout(*request);
      const Answer answer = dispatch(endpoints_, *request);
      parts_.observer.executed(execution, answer.result.get(),
                               answer.failure ? &*answer.failure : nullptr);
      replier_.reply(*request, answer);
    }
  }

  /// Upstream's endpoints see one key in the context that no caller sent.
  /// Source: oslo_messaging/_drivers/amqp.py, RpcContext and unpack_context.
  static void add_client_timeout(Request& request) {
    nlohmann::json context = request.context.json();
    context["client_timeout"] =
        request.call_monitor_timeout
            ? nlohmann::json(std::chrono::duration<double>(*request.call_monitor_timeout).count())
            : nlohmann::json();
    request.context = Object(std::move(context));
  }

  RPCTransport::Parts& parts_;
  const Target target_;
  const std::vector<Endpoint> endpoints_;
  const std::uint16_t workers_;
  Replier replier_;
  std::unique_ptr<Intake> intake_;
  std::unique_ptr<Listener> listener_;
  std::vector<std::unique_ptr<Task>> tasks_;
  bool stopped_ = false;
};

RPCServer::RPCServer(RPCTransport& transport, Target target, std::vector<Endpoint> endpoints,
                     RPCServerOptions options)
    : impl_(std::make_unique<Impl>(transport.parts(), std::move(target), std::move(endpoints),
                                   options)) {}

RPCServer::~RPCServer() = default;

void RPCServer::start() { impl_->start(); }
void RPCServer::stop() { impl_->stop(); }
void RPCServer::wait() { impl_->wait(); }

}  // namespace castaway
