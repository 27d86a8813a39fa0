#include "castaway/rpc_client.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/envelope.h"
#include "castaway/topology.h"
#include "castaway/version.h"

#include "new_id.h"
#include "transport_parts.h"

namespace castaway {
namespace {

/// One call or cast from its entry to its end.
class Operation {
 public:
  Operation(RPCTransport::Parts& parts, const RPCClientOptions& options, bool call,
            const Object& ctxt, const std::string& method, const Object& args)
      : parts_(parts),
        options_(options),
        strict_(parts.options.profile == Profile::strict),
        call_(call),
        timeout_(call ? options.timeout.value_or(parts.options.rpc_response_timeout)
                      : parts.options.publish_timeout),
        entered_(parts.runtime.now()),
        deadline_(call || strict_ ? deadline_after(entered_, timeout_) : never),
        request_{.method = method,
                 .args = args,
                 .namespace_ = options.target.namespace_,
                 .version = options.target.version,
                 .context = ctxt,
                 .unique_id = new_id(parts.runtime, "unique_id")} {
    if (!call) return;
    request_.msg_id = new_id(parts.runtime, "msg_id");
    request_.reply_q = parts.replies.reply_q();
    request_.call_monitor_timeout = options.call_monitor_timeout;
  }

  /// Waits: until the operation has ended. What it ends with goes to the observer too.
  nlohmann::json run() {
    parts_.observer.invoked({.unique_id = request_.unique_id,
                             .msg_id = request_.msg_id,
                             .target = options_.target,
                             .method = request_.method,
                             .args = request_.args,
                             .call = call_,
                             .deadline = deadline_});
    try {
      if (!call_) {
        cast();
        end({});
        return {};
      }
      Reply reply = call();
      if (reply.failure) throw RemoteError(std::move(*reply.failure));
      nlohmann::json result = reply.result ? *reply.result : nlohmann::json();
      end({.result = &result});
      return result;
    } catch (const RemoteError& error) {
      end({.remote = &error.failure(), .effect = error.effect(), .what = error.what()});
      throw;
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
  }

 private:
  void end(const Completion& completion) {
    parts_.observer.completed(request_.unique_id, completion);
  }

  [[nodiscard]] std::string name() const {
    return request_.method + " on " + to_string(options_.target);
  }

  /// Source: oslo_messaging/rpc/client.py, _BaseCallContext.cast; _drivers/amqpdriver.py,
  /// AMQPDriverBase._send.
  void cast() {
    const auto publishing = std::make_shared<Publishing>(
        parts_.runtime, parts_.runtime.make_signal("confirm of the cast " + request_.method));
    Submission submission = submit(std::nullopt);
    for (;;) {
      parts_.sender->send(submission, publishing);
      const Publishing::State state = wait_for_fate(*publishing);
      switch (state.fate) {
        case Fate::accepted:
          parts_.observer.accepted(request_.unique_id);
          return;
        case Fate::pending:
          throw MessageDeliveryFailure(
              "No confirm for the cast " + name() + " within publish_timeout", Effect::unknown);
        case Fate::in_doubt:
          throw MessageDeliveryFailure(
              "The connection closed before the cast " + name() + " was confirmed: " + state.why,
              Effect::unknown);
        case Fate::not_sent:
          if (!may_send_again(submission)) {
            throw MessageDeliveryFailure("The cast " + name() + " could not be sent: " + state.why,
                                         Effect::none);
          }
          publishing->reset();
          break;
        case Fate::refused:
        case Fate::returned:
          throw_refusal(state);
      }
    }
  }

  /// Source: oslo_messaging/rpc/client.py, _BaseCallContext.call; _drivers/amqpdriver.py,
  /// AMQPDriverBase._send.
  Reply call() {
    if (deadline_ <= entered_)
      throw MessagingTimeout("The call " + name() + " has no time at all", Effect::none);
    if (!parts_.replies.wait_ready(strict_ ? deadline_ : never)) {
      if (parts_.runtime.now() < deadline_)
        throw MessageDeliveryFailure("The transport is closed", Effect::none);
      throw MessagingTimeout("No reply queue for the call " + name() + " before its timeout",
                             Effect::none);
    }
    const std::shared_ptr<Signal> changed =
        parts_.runtime.make_signal("reply to " + request_.method);
    const auto pending = std::make_shared<PendingCall>(parts_.runtime, changed);
    const auto publishing = std::make_shared<Publishing>(parts_.runtime, changed);
    const Waiting waiting(parts_.replies, request_.msg_id, pending);

    Submission submission = submit(strict_ ? deadline_ - parts_.runtime.now() : timeout_);
    parts_.sender->send(submission, publishing);
    // Upstream's clock starts only here, when the broker has confirmed: its timeout bounds the
    // wait, not the call.
    const TimePoint deadline = strict_ ? deadline_ : deadline_after(parts_.runtime.now(), timeout_);
    bool confirmed = false;
    for (;;) {
      const Signal::Ticket ticket = changed->ticket();
      PendingCall::State state = pending->state();
      if (state.reply) return std::move(*state.reply);
      if (state.over)
        throw MessageDeliveryFailure("The transport was closed during the call " + name(),
                                     effect_of(*publishing));
      const Publishing::State sent = publishing->state();
      if (sent.fate == Fate::accepted && !std::exchange(confirmed, true))
        parts_.observer.accepted(request_.unique_id);
      if (sent.fate == Fate::refused || sent.fate == Fate::returned) throw_refusal(sent);
      if (sent.fate == Fate::not_sent) {
        if (parts_.runtime.now() >= deadline) throw_timeout(*publishing);
        if (!may_send_again(submission)) {
          throw MessageDeliveryFailure("The call " + name() + " could not be sent: " + sent.why,
                                       Effect::none);
        }
        publishing->reset();
        parts_.sender->send(submission, publishing);
        continue;
      }
      // In doubt: a reply proves that the broker took it, so strict waits for one. Upstream has
      // used up its retries.
      if (sent.fate == Fate::in_doubt && !strict_) {
        throw MessageDeliveryFailure("The call " + name() + " was not confirmed: " + sent.why,
                                     Effect::unknown);
      }
      if (!changed->wait(ticket, next_deadline(state, deadline))) throw_timeout(*publishing);
    }
  }

  /// The wait ends at the deadline, or when a monitored call has had no sign of life for
  /// call_monitor_timeout.
  [[nodiscard]] TimePoint next_deadline(const PendingCall::State& state, TimePoint deadline) const {
    if (!options_.call_monitor_timeout) return deadline;
    return std::min(deadline,
                    deadline_after(state.heard.value_or(entered_), *options_.call_monitor_timeout));
  }

  [[nodiscard]] Submission submit(std::optional<Duration> expiration) const {
    const Address address = address_of(options_.target, parts_.exchange_of(options_.target),
                                       parts_.options.durable_queues);
    return {
        .publication = {.exchange = address.exchange.exchange,
                        .routing_key = address.routing_key,
                        .mandatory = options_.mandatory && !options_.target.fanout,
                        .message = encode(request_, expiration)},
        .exchange = address.exchange,
        .retry = options_.retry,
        .deadline = deadline_,
        .confirm_timeout = call_ ? std::min<Duration>(timeout_, 60s) : Duration(60s),
        .on_attempt = [this](int attempt) { parts_.observer.sent(request_.unique_id, attempt); }};
  }

  /// Only strict asks: the classic sender has its retries inside.
  [[nodiscard]] bool may_send_again(const Submission& submission) const {
    return strict_ && submission.attempts > 0 && submission.may_try_again(submission.attempts) &&
           parts_.runtime.now() < deadline_;
  }

  Publishing::State wait_for_fate(Publishing& publishing) const {
    for (;;) {
      const Signal::Ticket ticket = publishing.changed().ticket();
      const Publishing::State state = publishing.state();
      if (state.fate != Fate::pending || !publishing.changed().wait(ticket, deadline_))
        return state;
    }
  }

  [[noreturn]] void throw_refusal(const Publishing::State& state) const {
    if (state.fate == Fate::returned) throw MessageUndeliverable(name() + ": " + state.why);
    throw MessageDeliveryFailure("The broker refused " + name() + ": " + state.why, Effect::none);
  }

  [[noreturn]] void throw_timeout(Publishing& publishing) const {
    throw MessagingTimeout(
        "Timed out waiting for a reply to " + name() + " after " + to_string(timeout_),
        effect_of(publishing));
  }

  static Effect effect_of(Publishing& publishing) {
    return publishing.state().fate == Fate::not_sent ? Effect::none : Effect::unknown;
  }

  /// Enters a call with the reply queue, and takes it out again on every way out.
  class Waiting {
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

  RPCTransport::Parts& parts_;
  const RPCClientOptions& options_;
  const bool strict_;
  const bool call_;
  const Duration timeout_;
  const TimePoint entered_;
  const TimePoint deadline_;
  Request request_;
};

void require_sendable(const RPCClientOptions& options) {
  if (options.target.topic.empty()) {
    throw InvalidTarget("A topic is required to send: " + to_string(options.target));
  }
  if (!options.version_cap.empty() &&
      !version_is_compatible(options.version_cap, options.target.version)) {
    throw RPCVersionCapError("Requested version " + options.target.version +
                             " is above the version cap " + options.version_cap);
  }
}

}  // namespace

CallContext::CallContext(RPCTransport& transport, RPCClientOptions options)
    : transport_(&transport), options_(std::move(options)) {}

CallContext CallContext::prepare(const Overrides& overrides) const {
  RPCClientOptions options = options_;
  options.target = apply(overrides, options.target);
  options.version_cap = overrides.version_cap.apply(options.version_cap).value_or("");
  options.timeout = overrides.timeout.apply(options.timeout);
  options.retry = overrides.retry.apply(options.retry);
  options.call_monitor_timeout = overrides.call_monitor_timeout.apply(options.call_monitor_timeout);
  if (!options.target.version.empty())
    static_cast<void>(version_is_compatible(options.target.version, options.target.version));
  return {*transport_, std::move(options)};
}

nlohmann::json CallContext::call(const Object& ctxt, const std::string& method,
                                 const Object& args) const {
  if (options_.target.fanout)
    throw InvalidTarget("A call cannot be used with fanout: " + to_string(options_.target));
  require_sendable(options_);
  return Operation(transport_->parts(), options_, true, ctxt, method, args).run();
}

void CallContext::cast(const Object& ctxt, const std::string& method, const Object& args) const {
  require_sendable(options_);
  Operation(transport_->parts(), options_, false, ctxt, method, args).run();
}

bool CallContext::can_send_version(const std::optional<std::string>& version) const {
  return options_.version_cap.empty() ||
         version_is_compatible(options_.version_cap, version.value_or(options_.target.version));
}

RPCClient::RPCClient(RPCTransport& transport, RPCClientOptions options)
    : context_(transport, std::move(options)) {}

nlohmann::json RPCClient::call(const Object& ctxt, const std::string& method,
                               const Object& args) const {
  return context_.call(ctxt, method, args);
}

void RPCClient::cast(const Object& ctxt, const std::string& method, const Object& args) const {
  context_.cast(ctxt, method, args);
}

}  // namespace castaway
