#include "castaway/rpc_client.h"

#include <stdexcept>
#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/version.h"

#include "outgoing_request.h"
#include "transport_parts.h"

namespace castaway {
namespace {

const Serializer& serializer_of(const RPCClientOptions& options) {
  static const Serializer none;
  return options.serializer ? *options.serializer : none;
}

[[noreturn]] void refuse_version(const std::string& why) {
  throw MessagingException("Version must contain a major and minor integer: " + why, Effect::none);
}

bool allows(const std::string& version_cap, const std::string& version) {
  try {
    return version_is_compatible(version_cap, version);
  } catch (const std::invalid_argument& error) {
    refuse_version(error.what());
  }
}

void require_version(const Override<std::string>& version) {
  const std::optional<std::string> text = version.apply(std::nullopt);
  if (!text) return;
  if (text->empty()) refuse_version("it is empty");
  static_cast<void>(allows(*text, *text));
}

/// Stands before serialization.
void require_one_server(const Target& target) {
  if (target.fanout) throw InvalidTarget("A call cannot be used with fanout: " + to_string(target));
}

/// Both stand behind serialization, the cap before the topic: the first error of several is
/// upstream's. Source: oslo_messaging/rpc/client.py, _BaseCallContext.call;
/// oslo_messaging/transport.py, _send.
void require_sendable(const RPCClientOptions& options) {
  const Target& target = options.target;
  if (!options.version_cap.empty() && !allows(options.version_cap, target.version)) {
    throw RPCVersionCapError("Requested " +
                             (target.version.empty() ? "no version" : "version " + target.version) +
                             ", and the version cap is " + options.version_cap);
  }
  if (target.topic.empty())
    throw InvalidTarget("A topic is required to send: " + to_string(target));
}

}  // namespace

CallContext::CallContext(RPCTransport& transport, RPCClientOptions options)
    : transport_(&transport), options_(std::move(options)) {}

CallContext CallContext::prepare(const Overrides& overrides) const {
  require_version(overrides.version);
  RPCClientOptions options = options_;
  options.target = apply(overrides, options.target);
  options.version_cap = overrides.version_cap.apply(options.version_cap).value_or("");
  options.timeout = overrides.timeout.apply(options.timeout);
  options.retry = overrides.retry.apply(options.retry);
  options.call_monitor_timeout = overrides.call_monitor_timeout.apply(options.call_monitor_timeout);
  return {*transport_, std::move(options)};
}

nlohmann::json CallContext::call(const Object& ctxt, const std::string& method,
                                 const Object& args) const {
  const Reply reply = invoke(ctxt, method, args, true);
  return serializer_of(options_).deserialize_entity(
      ctxt, reply.result ? *reply.result : nlohmann::json());
}

void CallContext::cast(const Object& ctxt, const std::string& method, const Object& args) const {
  invoke(ctxt, method, args, false);
}

Reply CallContext::invoke(const Object& ctxt, const std::string& method, const Object& args,
                          bool call) const {
  const TimePoint entered = transport_->runtime().now();
  Object sent_args = args;
  Object sent_ctxt = ctxt;
  const auto operation = [&] {
    return OutgoingRequest(
        transport_->parts(), options_,
        {.method = method, .ctxt = sent_ctxt, .args = sent_args, .call = call, .entered = entered});
  };
  try {
    if (call) require_one_server(options_.target);
    sent_args = serializer_of(options_).serialize_args(ctxt, args);
    sent_ctxt = serializer_of(options_).serialize_context(ctxt);
    require_sendable(options_);
  } catch (const std::exception& error) {
    operation().refuse(error.what());
    throw;
  }
  return operation().run();
}

bool CallContext::can_send_version(const Override<std::string>& version) const {
  return options_.version_cap.empty() ||
         allows(options_.version_cap, version.apply(options_.target.version).value_or(""));
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
