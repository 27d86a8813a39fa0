#include "reply_waiters.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "new_id.h"

namespace castaway {
namespace {

/// Neither a value nor a failure.
bool is_empty(const Reply& reply) {
  return !reply.failure && (!reply.result || reply.result->is_null());
}

}  // namespace

void PendingCall::take(Reply reply, TimePoint now) {
  {
    auto state = state_.lock();
    if (state->reply || state->unreadable) return;
    if (profile_ == Profile::strict) {
      take_as_strict(*state, std::move(reply), now);
    } else {
      take_as_classic(*state, std::move(reply), now);
    }
  }
  changed_->notify();
}

/// A value or a failure is all that a caller waits for, whatever the sender says of an ending. What
/// has neither is the value null if it ends, and else a heartbeat: of no use to a call that is not
/// monitored.
void PendingCall::take_as_strict(State& state, Reply reply, TimePoint now) const {
  if (reply.ending || !is_empty(reply)) {
    state.reply = std::move(reply);
  } else if (monitored_) {
    state.heard = now;
  }
}

/// Source: oslo_messaging/_drivers/amqpdriver.py, ReplyWaiter.wait and _process_reply. Python's
/// errors are named where upstream lets them out of call().
void PendingCall::take_as_classic(State& state, Reply reply, TimePoint now) const {
  if (reply.lacks_failure) {
    state.unreadable = "it has no \"failure\" (upstream: KeyError)";
    return;
  }
  const bool ending = reply.ending;
  if (!is_empty(reply)) {
    state.partial = std::move(reply);
  } else if (!ending && monitored_) {
    state.heard = now;
  } else if (!ending) {
    state.unreadable = "a heartbeat, and the call is not monitored (upstream: AttributeError)";
  }
  if (ending) state.reply = state.partial ? std::move(*state.partial) : Reply();
}

void PendingCall::refuse(const std::string& why) {
  {
    auto state = state_.lock();
    if (state->reply || state->unreadable) return;
    state->unreadable = why;
  }
  changed_->notify();
}

void PendingCall::end() {
  state_.lock()->over = true;
  changed_->notify();
}

ReplyWaiters::ReplyWaiters(Runtime& runtime, Transport& transport,
                           const RPCTransportOptions& options, const Topology& topology,
                           Observer& observer)
    : runtime_(runtime),
      transport_(transport),
      options_(options),
      topology_(topology),
      observer_(observer),
      reply_q_("reply_" + new_id(runtime, "reply_q")),
      state_(runtime, "reply-waiters") {}

Listener::Ready ReplyWaiters::wait_ready(TimePoint deadline, std::optional<int> retry,
                                         std::string& why) {
  Listener* listener = nullptr;
  {
    auto state = state_.lock();
    if (state->over) return Listener::Ready::closed;
    if (!state->listener) {
      ListenerOptions options{.name = options_.name + "/replies",
                              .profile = options_.profile,
                              .queues = {topology_.reply_queue(reply_q_)}};
      if (options_.profile == Profile::classic)
        options.prefetch = options_.queues.rabbit_qos_prefetch_count;
      state->listener = std::make_unique<Listener>(runtime_, transport_, std::move(options),
                                                   [this](const Taken& taken) { receive(taken); });
    }
    listener = state->listener.get();
  }
  return listener->wait_ready(deadline, retry, &why);
}

bool ReplyWaiters::add(const std::string& msg_id, const std::shared_ptr<PendingCall>& call) {
  auto state = state_.lock();
  if (!state->over) state->waiting.emplace(msg_id, call);
  return !state->over;
}

void ReplyWaiters::remove(const std::string& msg_id) { state_.lock()->waiting.erase(msg_id); }

std::size_t ReplyWaiters::size() { return state_.lock()->waiting.size(); }

std::shared_ptr<PendingCall> ReplyWaiters::find(const std::string& msg_id) {
  auto state = state_.lock();
  const auto found = state->waiting.find(msg_id);
  return found == state->waiting.end() ? nullptr : found->second;
}

void ReplyWaiters::receive(const Taken& taken) {
  try {
    Reply reply = decode_reply(taken.delivery.message);
    taken.acknowledge();
    if (const auto call = find(reply.msg_id)) call->take(std::move(reply), runtime_.now());
  } catch (const MalformedReply& error) {
    taken.acknowledge();
    if (const auto call = find(error.msg_id())) return call->refuse(error.what());
    observer_.swallowed_error("reply", error.what());
  } catch (const DecodeError& error) {
    taken.reject(false);
    observer_.swallowed_error("reply", error.what());
  }
}

void ReplyWaiters::cleanup(TimePoint deadline) {
  std::map<std::string, std::shared_ptr<PendingCall>> left;
  Listener* listener = nullptr;
  {
    auto state = state_.lock();
    state->over = true;
    left = state->waiting;
    listener = state->listener.get();
  }
  for (const auto& [msg_id, call] : left) call->end();
  if (listener != nullptr) listener->close(deadline);
}

}  // namespace castaway
