#include "serving.h"

#include <algorithm>
#include <string>
#include <utility>

#include "rpc/new_id.h"

namespace castaway {
namespace {

constexpr Duration close_bound = 5s;

std::vector<Consumption> queues_of(RPCTransport::Parts& parts, const Target& target) {
  return parts.topology.server_queues(target, new_id(parts.runtime, "fanout-queue"));
}

std::unique_ptr<const ServerProfile> make_profile(Profile profile) {
  return profile == Profile::classic ? make_classic_server() : make_strict_server();
}

}  // namespace

Serving::Serving(RPCTransport::Parts& parts, const Target& target, const Dispatcher& dispatcher,
                 const RPCServerOptions& options, Guarded<RequestMemory>& seen)
    : parts_(parts),
      profile_(make_profile(parts.options.profile)),
      target_(target),
      dispatcher_(dispatcher),
      queues_(queues_of(parts, target)),
      requests_(parts.runtime),
      acks_late_(options.acks_late),
      intake_(acks_late_ ? make_late_intake(parts.observer, requests_)
                         : profile_->make_intake(parts, requests_, seen, queues_, options,
                                                 [this] { listener_.wake(); })),
      replier_(profile_->make_replier(parts)),
      left_beating_(parts.runtime, "heartbeats"),
      listener_(parts.runtime, parts.transport,
                ListenerOptions{
                    .name = parts.options.name + "/" + target.topic,
                    .profile = parts.options.profile,
                    .queues = queues_,
                    .prefetch = profile_->prefetch(parts.options, options),
                    .consuming = [this] { parts_.observer.serving(target_); },
                    .not_consuming =
                        [this](const Closed& why) { parts_.observer.not_serving(target_, why); },
                    .tend = [this](Listener& listener) { return intake_->tend(listener); }},
                [this](Taken taken) { intake_->deliver(std::move(taken)); }),
      workers_(parts.runtime, parts.observer, options.workers, [this] { work(); }) {}

void Serving::finish() {
  workers_.join();
  auto left = std::exchange(*left_beating_.lock(), {});
  left.clear();
  replier_->finish();
  intake_->closing();
  listener_.close(deadline_after(parts_.runtime.now(), close_bound));
}

void Serving::work() {
  while (std::optional<Arrival> arrival = requests_.take()) {
    workers_.busy();
    std::optional<Accepted> accepted = intake_->admit(std::move(*arrival));
    if (accepted) {
      serve(*accepted);
    } else {
      requests_.begun();  // it came to nothing
    }
    intake_->done(accepted ? &*accepted : nullptr);
    workers_.idle();
  }
}

void Serving::serve(Accepted& accepted) {
  Request& request = accepted.request;
  Execution execution{.unique_id = request.unique_id,
                      .msg_id = request.msg_id,
                      .server = target_.server,
                      .method = request.method,
                      .args = request.args,
                      .settled = profile_->executes_settled() && !acks_late_};
  std::unique_ptr<Heartbeat> heartbeat;
  if (profile_->beats_before_lookup()) heartbeat = replier_->monitor(request);
  const Dispatcher::Found found =
      accepted.malformed ? Dispatcher::Found{.refusal = {.failure = accepted.malformed}}
                         : dispatcher_.find(request);
  if (found.method != nullptr) return run(execution, accepted, *found.method, std::move(heartbeat));
  if (heartbeat) leave_beating(std::move(heartbeat));
  refuse(execution, request, found.refusal);
}

void Serving::refuse(Execution& execution, const Request& request, const Answer& refusal) {
  requests_.begun();
  execution.expected = refusal.expected;
  parts_.observer.refused(execution, *refusal.failure);
  replier_->reply(request, refusal);
}

void Serving::run(Execution& execution, Accepted& accepted, const Method& method,
                  std::unique_ptr<Heartbeat> heartbeat) {
  Request& request = accepted.request;
  parts_.observer.executing(execution);
  requests_.begun();
  if (!profile_->beats_before_lookup()) heartbeat = replier_->monitor(request);
  profile_->complete_context(request);
  const Answer answer = dispatcher_.run(method, request);
  heartbeat.reset();
  execution.expected = answer.expected;
  parts_.observer.executed(execution, answer.result.get(),
                           answer.failure ? &*answer.failure : nullptr);
  if (acks_late_) accepted.rejected = answer.rejects;
  if (!accepted.rejected.has_value()) replier_->reply(request, answer);
}

void Serving::leave_beating(std::unique_ptr<Heartbeat> heartbeat) {
  std::vector<std::unique_ptr<Heartbeat>> left;
  left.swap(*left_beating_.lock());
  std::erase_if(left, [](const auto& one) { return one->over(); });
  left.push_back(std::move(heartbeat));
  auto beating = left_beating_.lock();
  std::move(left.begin(), left.end(), std::back_inserter(*beating));
}

}  // namespace castaway
