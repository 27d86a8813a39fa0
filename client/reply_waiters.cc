#include "reply_waiters.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "new_id.h"

namespace castaway {

void PendingCall::take(Reply reply, TimePoint now) {
  {
    auto state = state_.lock();
    if (state->reply) return;
    const bool empty = (!reply.result || reply.result->is_null()) && !reply.failure;
    if (!reply.ending) {
      if (empty) {
        state->heard = now;
      } else {
        state->partial = std::move(reply);
      }
    } else if (empty && state->partial) {
      state->reply = std::move(state->partial);
    } else {
      state->reply = std::move(reply);
    }
  }
  changed_->notify();
}

void PendingCall::end() {
  state_.lock()->over = true;
  changed_->notify();
}

ReplyWaiters::ReplyWaiters(Runtime& runtime, Transport& transport,
                           const RPCTransportOptions& options, Observer& observer)
    : runtime_(runtime),
      transport_(transport),
      options_(options),
      observer_(observer),
      reply_q_("reply_" + new_id(runtime, "reply_q")),
      state_(runtime, "reply-waiters") {}

bool ReplyWaiters::wait_ready(TimePoint deadline) {
  Listener* listener = nullptr;
  {
    auto state = state_.lock();
    if (state->over) return false;
    if (!state->listener) {
      state->listener =
          std::make_unique<Listener>(runtime_, transport_,
                                     ListenerOptions{.name = options_.name + "/replies",
                                                     .profile = options_.profile,
                                                     .queues = {reply_queue(reply_q_)}},
                                     [this](const Taken& taken) { receive(taken); });
    }
    listener = state->listener.get();
  }
  return listener->wait_ready(deadline);
}

bool ReplyWaiters::add(const std::string& msg_id, const std::shared_ptr<PendingCall>& call) {
  auto state = state_.lock();
  if (!state->over) state->waiting.emplace(msg_id, call);
  return !state->over;
}

void ReplyWaiters::remove(const std::string& msg_id) { state_.lock()->waiting.erase(msg_id); }

std::size_t ReplyWaiters::size() { return state_.lock()->waiting.size(); }

void ReplyWaiters::receive(const Taken& taken) {
  Reply reply;
  try {
    reply = decode_reply(taken.delivery.message);
  } catch (const DecodeError& error) {
    taken.reject(false);
    observer_.swallowed_error("reply", error.what());
    return;
  }
  taken.acknowledge();
  std::shared_ptr<PendingCall> call;
  {
    auto state = state_.lock();
    if (const auto it = state->waiting.find(reply.msg_id); it != state->waiting.end())
      call = it->second;
  }
  if (call) call->take(std::move(reply), runtime_.now());
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
