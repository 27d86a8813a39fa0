#include "outgoing_request.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <nlohmann/json.hpp>

#include "new_id.h"

namespace castaway {
namespace {

/// A broker refuses a longer expiration.
constexpr std::chrono::milliseconds longest_expiration(0xffff'ffff);

/// A timer of zero is none, as in Python.
std::optional<Duration> monitor_of(const RPCClientOptions& options) {
  const auto& timeout = options.call_monitor_timeout;
  return timeout && *timeout > Duration::zero() ? timeout : std::nullopt;
}

/// Enters a call with the reply queue, and takes it out again on every way out.
class Waiting final {
 public:
  Waiting(ReplyWaiters& replies, const std::string& msg_id,
          const std::shared_ptr<PendingCall>& pending)
      : replies_(replies), msg_id_(msg_id) {
    if (!replies.add(msg_id, pending)) pending->end();
  }
  ~Waiting() { replies_.remove(msg_id_); }
  Waiting(const Waiting&) = delete;
  Waiting& operator=(const Waiting&) = delete;

 private:
  ReplyWaiters& replies_;
  const std::string& msg_id_;
};

}  // namespace

OutgoingRequest::OutgoingRequest(RPCTransport::Parts& parts, const RPCClientOptions& options,
                                 const Invoked& invoked)
    : parts_(parts),
      options_(options),
      call_(invoked.call),
      timeout_(call_ ? options.timeout.value_or(parts.options.rpc_response_timeout)
                     : parts.options.publish_timeout),
      entered_(invoked.entered),
      deadline_(parts.timing->deadline(call_, entered_, timeout_)),
      request_{.method = invoked.method,
               .args = invoked.args,
               .namespace_ = options.target.namespace_,
               .version = options.target.version,
               .context = invoked.ctxt,
               .unique_id = new_id(parts.runtime, "unique_id")} {
  if (!call_) return;
  request_.msg_id = new_id(parts.runtime, "msg_id");
  request_.reply_q = parts.replies.reply_q();
  request_.call_monitor_timeout = monitor_of(options);
}

void OutgoingRequest::begin() {
  parts_.observer.invoked({.unique_id = request_.unique_id,
                           .msg_id = request_.msg_id,
                           .target = options_.target,
                           .method = request_.method,
                           .args = request_.args,
                           .call = call_,
                           .deadline = deadline_,
                           .call_monitor_timeout = request_.call_monitor_timeout,
                           .retry = options_.retry});
}

void OutgoingRequest::refuse(std::string_view why) {
  begin();
  end({.failure = true, .effect = Effect::none, .what = why});
}

Reply OutgoingRequest::run() {
  begin();
  Reply reply;
  try {
    if (!call_) {
      cast();
      end({});
      return {};
    }
    reply = call();
  } catch (const MessagingTimeout& error) {
    end({.timeout = true, .effect = error.effect(), .what = error.what()});
    throw;
  } catch (const MessagingException& error) {
    end({.failure = true, .effect = error.effect(), .what = error.what()});
    throw;
  } catch (const MessageUndeliverable& error) {
    end({.failure = true, .effect = error.effect(), .what = error.what()});
    throw;
  }
  if (reply.failure) raise(*reply.failure);
  static const nlohmann::json null;
  end({.result = reply.result ? reply.result.get() : &null});
  return reply;
}

/// An allowed type may be any, even one that run() knows as an error of our own.
void OutgoingRequest::raise(const Failure& failure) {
  Completion completion{.remote = &failure, .effect = Effect::dispatched};
  try {
    parts_.options.allowed_remote_exmods.raise(failure);
  } catch (const Remote& error) {
    completion.raised = error.class_name();
    end(completion);
    throw;
  } catch (...) {
    end(completion);
    throw;
  }
}

/// Source: oslo_messaging/rpc/client.py, _BaseCallContext.cast; _drivers/amqpdriver.py,
/// AMQPDriverBase._send.
void OutgoingRequest::cast() {
  const auto publishing = std::make_shared<Publishing>(
      parts_.runtime, parts_.runtime.make_signal("confirm of the cast " + request_.method));
  Submission submission = this->submission();
  for (;;) {
    const bool handed_over = send(submission, publishing);
    const Publishing::State state = wait_for_outcome(*publishing);
    switch (state.outcome) {
      case PublishOutcome::accepted:
        parts_.observer.accepted(request_.unique_id);
        return;
      case PublishOutcome::pending:
        throw MessageDeliveryFailure(
            "No confirm for the cast " + name() + " within publish_timeout", Effect::unknown);
      case PublishOutcome::in_doubt:
        throw MessageDeliveryFailure(
            "The connection closed before the cast " + name() + " was confirmed: " + state.why,
            Effect::unknown);
      case PublishOutcome::not_sent:
        if (!handed_over || !submission.may_try_again()) throw_not_sent(state.why);
        publishing->reset();
        break;
      case PublishOutcome::refused:
      case PublishOutcome::returned:
        throw_refusal(state, submission);
    }
  }
}

/// Source: oslo_messaging/rpc/client.py, _BaseCallContext.call; _drivers/amqpdriver.py,
/// AMQPDriverBase._send and ReplyWaiter.wait.
Reply OutgoingRequest::call() {
  if (deadline_ <= entered_)
    throw MessagingTimeout("The call " + name() + " has no time at all", Effect::none);
  Submission submission = this->submission();
  wait_for_reply_queue();
  const std::shared_ptr<Signal> changed = parts_.runtime.make_signal("reply to " + request_.method);
  const auto pending = std::make_shared<PendingCall>(
      parts_.runtime, parts_.options.profile, request_.call_monitor_timeout.has_value(), changed);
  const Waiting waiting(parts_.replies, request_.msg_id, pending);
  return wait_for_reply(submission, *pending,
                        std::make_shared<Publishing>(parts_.runtime, changed));
}

void OutgoingRequest::wait_for_reply_queue() {
  std::string why;
  const Listener::Ready ready =
      parts_.timing->wait_ready(parts_.replies, deadline_, options_.retry, why);
  if (!why.empty()) why.insert(0, ": ");
  switch (ready) {
    case Listener::Ready::yes:
      return;
    case Listener::Ready::too_late:
      throw MessagingTimeout("No reply queue for the call " + name() + " before its timeout" + why,
                             Effect::none);
    case Listener::Ready::no_connection:
      throw_not_sent("no connection to the broker" + why);
    case Listener::Ready::closed:
      throw_not_sent("the transport is closed");
  }
}

Reply OutgoingRequest::wait_for_reply(Submission& submission, PendingCall& pending,
                                      const std::shared_ptr<Publishing>& sent) {
  bool handed_over = send(submission, sent);
  const TimePoint deadline =
      parts_.timing->reply_deadline(deadline_, parts_.runtime.now(), timeout_);
  bool confirmed = false;
  for (;;) {
    const Signal::Ticket ticket = pending.changed().ticket();
    PendingCall::State state = pending.state();
    if (state.reply) return std::move(*state.reply);
    const Publishing::State outcome = sent->state();
    if (state.unreadable) {
      throw MessagingException(
          "The reply to " + name() + " cannot be read: " + std::move(*state.unreadable),
          Effect::dispatched);
    }
    if (state.over) {
      throw MessageDeliveryFailure(
          "The transport was closed during the call " + name(),
          outcome.outcome == PublishOutcome::not_sent ? Effect::none : Effect::unknown);
    }
    if (outcome.outcome == PublishOutcome::accepted && !std::exchange(confirmed, true))
      parts_.observer.accepted(request_.unique_id);
    if (outcome.outcome == PublishOutcome::refused || outcome.outcome == PublishOutcome::returned)
      throw_refusal(outcome, submission);
    if (outcome.outcome == PublishOutcome::not_sent) {
      if (parts_.runtime.now() >= deadline) throw_timeout(outcome, false);
      if (!handed_over || !submission.may_try_again()) throw_not_sent(outcome.why);
      sent->reset();
      handed_over = send(submission, sent);
      continue;
    }
    if (outcome.outcome == PublishOutcome::in_doubt && !parts_.timing->waits_in_doubt()) {
      throw MessageDeliveryFailure("The call " + name() + " was not confirmed: " + outcome.why,
                                   Effect::unknown);
    }
    const Wait wait = next_wait(state, deadline);
    if (!parts_.timing->wait_for_news(pending.changed(), ticket, wait.until))
      throw_timeout(outcome, wait.monitored);
  }
}

/// The wait ends at the deadline, or when a monitored call has had no sign of life for
/// call_monitor_timeout. That clock starts when the request has been handed over: before, there is
/// nothing that a server could give a sign of.
OutgoingRequest::Wait OutgoingRequest::next_wait(const PendingCall::State& state,
                                                 TimePoint deadline) const {
  if (!request_.call_monitor_timeout) return {.until = deadline};
  const TimePoint silent = deadline_after(
      std::max(state.heard.value_or(handed_over_), handed_over_), *request_.call_monitor_timeout);
  if (silent < deadline) return {.until = silent, .monitored = true};
  return {.until = deadline};
}

Submission OutgoingRequest::submission() const {
  const Address address = parts_.topology.address_of(options_.target);
  Message message = encode(request_, std::nullopt);
  if (options_.priority) message.properties.priority = options_.priority;
  return {.publication = {.exchange = address.exchange.exchange,
                          .routing_key = address.routing_key,
                          .mandatory = options_.mandatory && !options_.target.fanout,
                          .message = std::move(message)},
          .exchange = address.exchange,
          .retry = options_.retry,
          .deadline = deadline_,
          .confirm_timeout = call_ ? std::min<Duration>(timeout_, 60s) : Duration(60s),
          .on_attempt = [this](Submission& self) {
            // The broker counts from here: the wait for a connection has taken its part.
            self.publication.message.properties.expiration = expiration();
            parts_.observer.sent(request_.unique_id, self.attempts);
          }};
}

bool OutgoingRequest::send(Submission& submission, const std::shared_ptr<Publishing>& publishing) {
  const bool handed_over = parts_.sender->send(submission, publishing);
  handed_over_ = parts_.runtime.now();
  return handed_over;
}

std::string OutgoingRequest::expiration() const {
  const auto length = parts_.timing->lifetime(parts_.runtime.now(), deadline_, timeout_);
  if (!call_ || length > longest_expiration) return "";
  return std::to_string(std::max<std::int64_t>(length.count(), 0));
}

Publishing::State OutgoingRequest::wait_for_outcome(Publishing& publishing) const {
  for (;;) {
    const Signal::Ticket ticket = publishing.changed().ticket();
    Publishing::State state = publishing.state();
    if (state.outcome != PublishOutcome::pending || !publishing.changed().wait(ticket, deadline_))
      return state;
  }
}

void OutgoingRequest::end(const Completion& completion) {
  parts_.observer.completed(request_.unique_id, completion);
}

std::string OutgoingRequest::name() const {
  return request_.method + " on " + to_string(options_.target);
}

void OutgoingRequest::throw_not_sent(const std::string& why) const {
  throw MessageDeliveryFailure(
      std::string(call_ ? "The call " : "The cast ") + name() + " could not be sent: " + why,
      Effect::none);
}

void OutgoingRequest::throw_refusal(const Publishing::State& state,
                                    const Submission& submission) const {
  if (state.outcome == PublishOutcome::returned)
    throw MessageUndeliverable(name() + ": " + state.why);
  // Of a fanout one queue that refuses is enough for a nack, and the others have it. An error has a
  // code, and comes before any queue. An earlier attempt may have arrived.
  const bool nacked = state.code == 0;
  const bool may_run = (options_.target.fanout && nacked) || submission.in_doubt;
  throw MessageDeliveryFailure("The broker refused " + name() + ": " + state.why,
                               may_run ? Effect::unknown : Effect::none);
}

void OutgoingRequest::throw_timeout(const Publishing::State& sent, bool monitored) const {
  std::string text =
      monitored ? "No sign of life from the server of " + name() + " for " +
                      to_string(*request_.call_monitor_timeout)
                : "Timed out waiting for a reply to " + name() + " after " + to_string(timeout_);
  if (sent.outcome == PublishOutcome::not_sent) text += "; it could not be sent: " + sent.why;
  if (sent.outcome == PublishOutcome::in_doubt)
    text += "; it was sent, but not confirmed: " + sent.why;
  throw MessagingTimeout(text,
                         sent.outcome == PublishOutcome::not_sent ? Effect::none : Effect::unknown);
}

}  // namespace castaway
