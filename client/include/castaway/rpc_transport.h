#pragma once
// RPCTransport: what the clients and servers of one process share: the profile, the sending
// connections, and the reply queue. Make one, and pass it to every RPCClient and RPCServer.
//
// Source: oslo_messaging/transport.py, RPCTransport; _drivers/amqpdriver.py, AMQPDriverBase.

#include <memory>
#include <string>

#include "castaway/observer.h"
#include "castaway/remote_errors.h"
#include "castaway/runtime.h"
#include "castaway/topology.h"
#include "castaway/transport.h"

namespace castaway {

/// strict keeps the promise as it is written. classic is oslo.messaging 14.0.3 with its default
/// driver, weaknesses included: docs/reference/wire-format.md lists the differences.
enum class Profile { strict, classic };

struct RPCTransportOptions {
  Profile profile = Profile::strict;
  std::string name = "castaway";  ///< of the process, in connection names
  std::string control_exchange = "openstack";
  Duration rpc_response_timeout = 60s;  ///< of a call whose client gives none
  /// How long a cast may take. Profile strict only: classic has no such bound.
  Duration publish_timeout = 30s;
  /// How long a server tries to reply to a queue that is not there.
  Duration reply_retry_timeout = 60s;
  TopologyPolicy topology = TopologyPolicy::oslo;
  QueueOptions queues = {};
  RemoteErrorTypes allowed_remote_exmods = {};  ///< errors that calls throw as types of their own
  /// How often a call looks for its reply; 0: the reply wakes it at once. oslo.messaging since 14.8
  /// looks every half second, sleeps in between, and does not look once its time is up. Profile
  /// classic only.
  Duration reply_poll = 0s;
};

class RPCTransport final {
 public:
  /// `observer` may be null. All three must outlive the transport.
  /// Throws: std::invalid_argument for options that contradict each other: see Topology.
  RPCTransport(Runtime& runtime, Transport& transport, RPCTransportOptions options = {},
               Observer* observer = nullptr);
  /// Closes what cleanup() has not closed. Clients and servers that use it must be gone.
  ~RPCTransport();
  RPCTransport(const RPCTransport&) = delete;
  RPCTransport& operator=(const RPCTransport&) = delete;

  /// Closes all connections. Calls and casts that still wait end in MessageDeliveryFailure; so do
  /// later ones, at once. No-op if called again.
  /// Waits: until the connections have closed, at most 5 s.
  void cleanup();

  [[nodiscard]] const RPCTransportOptions& options() const;
  [[nodiscard]] Runtime& runtime() const;

  /// How many calls wait for a reply: 0 once none is under way, however they ended.
  [[nodiscard]] std::size_t pending_calls() const;

  /// The library's inner parts; not for users.
  struct Parts;
  [[nodiscard]] Parts& parts() { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace castaway
