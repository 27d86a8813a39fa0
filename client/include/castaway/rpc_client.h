#pragma once
// RPCClient: calls and casts methods of servers that listen on a topic.
//
//     RPCClient client(transport, {.target = {.topic = "compute", .version = "2.0"}});
//     auto answer = client.call({}, "ping", {{"n", 1}});
//     client.prepare({.server = "host-1", .timeout = 5s}).call({}, "ping");
//     client.prepare({.fanout = true}).cast({}, "refresh");
//
// A call is executed at most once, and calls made by one thread are processed in order. A cast is
// executed at most once by each target, and casts have no order. An error says what is known: see
// Effect. Source: oslo_messaging/rpc/client.py, RPCClient and _CallContext.

#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "castaway/error.h"
#include "castaway/object.h"
#include "castaway/overrides.h"
#include "castaway/rpc_transport.h"
#include "castaway/target.h"

namespace castaway {

struct RPCClientOptions {
  Target target = {};
  std::optional<Duration> timeout = {};  ///< of calls; rpc_response_timeout if none
  std::string version_cap = {};          ///< refuses to send what is newer; no cap if empty
  std::optional<int> retry =
      {};  ///< how often a failed send is tried again; for ever if none or negative
  std::optional<Duration> call_monitor_timeout =
      {};                  ///< a call fails when the server gives no sign of life for so long
  bool mandatory = false;  ///< TransportOptions(at_least_once=True): unroutable requests come back
};

/// A client's settings, some of them overridden. A value: copy it, keep it, prepare it again; safe
/// from many threads.
class CallContext final {
 public:
  CallContext(RPCTransport& transport, RPCClientOptions options);

  /// What is left out keeps the value it has here; an explicit null (std::nullopt) overrides with
  /// "none". Throws: std::invalid_argument for a version that is none.
  [[nodiscard]] CallContext prepare(const Overrides& overrides) const;

  /// Invokes a method and waits for the value that it returns.
  /// Throws: InvalidTarget, RPCVersionCapError, EncodeError: nothing was sent.
  /// MessageDeliveryFailure, MessageUndeliverable: the
  ///   broker did not take it. MessagingTimeout: no reply in time. RemoteError: the method raised.
  /// Waits: until the reply or the timeout, which counts from here and bounds everything (in
  /// profile strict).
  nlohmann::json call(const Object& ctxt, const std::string& method, const Object& args = {}) const;

  /// Invokes a method without waiting for it to run.
  /// Throws: InvalidTarget, RPCVersionCapError, EncodeError, MessageDeliveryFailure,
  /// MessageUndeliverable. Waits: until the broker has accepted the request, or publish_timeout (in
  /// profile strict).
  void cast(const Object& ctxt, const std::string& method, const Object& args = {}) const;

  /// Whether the version cap allows requests of this version (the target's own if none is given).
  [[nodiscard]] bool can_send_version(
      const std::optional<std::string>& version = std::nullopt) const;

  [[nodiscard]] const RPCClientOptions& options() const { return options_; }

 private:
  RPCTransport* transport_;
  RPCClientOptions options_;
};

class RPCClient final {
 public:
  /// `transport` outlives the client.
  RPCClient(RPCTransport& transport, RPCClientOptions options);

  [[nodiscard]] CallContext prepare(const Overrides& overrides = {}) const {
    return context_.prepare(overrides);
  }
  nlohmann::json call(const Object& ctxt, const std::string& method, const Object& args = {}) const;
  void cast(const Object& ctxt, const std::string& method, const Object& args = {}) const;
  [[nodiscard]] bool can_send_version(
      const std::optional<std::string>& version = std::nullopt) const {
    return context_.can_send_version(version);
  }

 private:
  CallContext context_;
};

}  // namespace castaway
