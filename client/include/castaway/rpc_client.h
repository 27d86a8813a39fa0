#pragma once
// RPCClient: calls and casts methods of servers that listen on a topic.
//
//     RPCClient client(transport, {.target = {.topic = "compute", .version = "2.0"}});
//     auto answer = client.call({}, "ping", {{"n", 1}});
//     client.prepare({.server = "host-1", .timeout = 5s}).call({}, "ping");
//     client.prepare({.fanout = true}).cast({}, "refresh");
//
// A call is executed at most once, and calls made by one thread are processed in order. A cast is
// executed at most once by each target, and casts have no order. An error says whether the request
// may have run: see Effect. Source: oslo_messaging/rpc/client.py, RPCClient and _CallContext.

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

#include <nlohmann/json_fwd.hpp>

#include "castaway/error.h"
#include "castaway/object.h"
#include "castaway/overrides.h"
#include "castaway/rpc_transport.h"
#include "castaway/serializer.h"
#include "castaway/target.h"

namespace castaway {

struct Reply;

struct RPCClientOptions {
  Target target = {};                    ///< only prepare() checks its version
  std::optional<Duration> timeout = {};  ///< of calls; rpc_response_timeout if none
  std::string version_cap = {};          ///< newer versions are not sent; no cap if empty
  /// How often a failed send is tried again; for ever if none or negative. Profile strict never
  /// goes beyond the timeout.
  std::optional<int> retry = {};
  /// A call fails if the server sends no heartbeat for this long; not monitored if zero or less. An
  /// oslo.messaging server sends heartbeats only for two seconds or more.
  std::optional<Duration> call_monitor_timeout = {};
  bool mandatory = false;  ///< TransportOptions(at_least_once=True): unroutable requests come back
  /// Of its requests, in a queue that has priorities (x-max-priority): those of more overtake those
  /// of less; none counts as 0. No option of oslo.messaging.
  std::optional<std::uint8_t> priority = {};
  std::shared_ptr<const Serializer> serializer =
      {};  ///< shared by all contexts; null changes nothing
};

/// A client with some settings overridden, as prepare() returns it. It is a value: copy it, keep
/// it, prepare it again, use it from many threads.
class CallContext final {
 public:
  CallContext(RPCTransport& transport, RPCClientOptions options);

  /// Settings that you leave out keep their values; an explicit null (std::nullopt) overrides with
  /// "none".
  /// Throws: MessagingException if the version is malformed.
  [[nodiscard]] CallContext prepare(const Overrides& overrides) const;

  /// Invokes a method and returns its result. A serializer sees the arguments first, then the
  /// context, and finally the result; what it throws passes through.
  /// Throws: InvalidTarget, RPCVersionCapError, EncodeError: nothing was sent.
  /// MessageDeliveryFailure, MessageUndeliverable: the broker did not take it. MessagingTimeout: no
  /// reply in time. MessagingException: a reply that cannot be read. RemoteError, or what
  /// allowed_remote_exmods has for it: the method raised.
  /// Waits: until the reply or the timeout, which counts from here and, in profile strict, bounds
  /// everything.
  nlohmann::json call(const Object& ctxt, const std::string& method, const Object& args = {}) const;

  /// Invokes a method without waiting for it to run.
  /// Throws: InvalidTarget, RPCVersionCapError, EncodeError, MessageDeliveryFailure,
  /// MessageUndeliverable.
  /// Waits: until the broker has accepted the request, or publish_timeout (in profile strict).
  void cast(const Object& ctxt, const std::string& method, const Object& args = {}) const;

  /// Whether the version cap allows requests of this version, or of the target's own if it is left
  /// out. Without a cap, always; with a cap, never for requests without a version.
  /// Throws: MessagingException if the version or the cap is malformed.
  [[nodiscard]] bool can_send_version(const Override<std::string>& version = {}) const;

  [[nodiscard]] const RPCClientOptions& options() const { return options_; }

 private:
  Reply invoke(const Object& ctxt, const std::string& method, const Object& args, bool call) const;

  RPCTransport* transport_;
  RPCClientOptions options_;
};

class RPCClient final {
 public:
  /// `transport` must outlive the client. As in oslo.messaging, the target's version is not checked
  /// yet.
  RPCClient(RPCTransport& transport, RPCClientOptions options);

  [[nodiscard]] CallContext prepare(const Overrides& overrides = {}) const {
    return context_.prepare(overrides);
  }
  nlohmann::json call(const Object& ctxt, const std::string& method, const Object& args = {}) const;
  void cast(const Object& ctxt, const std::string& method, const Object& args = {}) const;
  [[nodiscard]] bool can_send_version(const Override<std::string>& version = {}) const {
    return context_.can_send_version(version);
  }

 private:
  CallContext context_;
};

}  // namespace castaway
