#pragma once
// RPCTransport: what the clients and servers of one process share: the profile, the sending
// connections, and the reply queue.
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
/// driver, weaknesses included: docs/wire-format.md lists what they do differently.
enum class Profile { strict, classic };

struct RPCTransportOptions {
  Profile profile = Profile::strict;
  std::string name = "castaway";  ///< of the process, in connection names
  std::string control_exchange = "openstack";
  Duration rpc_response_timeout = 60s;  ///< of a call whose client gives none
  Duration publish_timeout =
      30s;  ///< how long a cast may take; strict only, for classic has no such bound
  Duration reply_retry_timeout =
      60s;  ///< how long a server tries to reply to a queue that is not there
  TopologyPolicy topology = TopologyPolicy::oslo;
  QueueOptions queues = {};
  RemoteErrorTypes allowed_remote_exmods = {};  ///< what calls throw as types of their own
  /// How often a call looks for its reply, as oslo.messaging does since 14.8, every half second: it
  /// sleeps in between, and does not look once its time is up. 0 wakes it at once. Profile classic
  /// only.
  Duration reply_poll = 0s;
};

class RPCTransport final {
 public:
  /// `observer` may be null; all three outlive the transport.
  /// Throws: std::invalid_argument for options that contradict each other: see Topology.
  RPCTransport(Runtime& runtime, Transport& transport, RPCTransportOptions options = {},
               Observer* observer = nullptr);
  /// Calls cleanup(). Clients and servers that use it must be gone.
  ~RPCTransport();
  RPCTransport(const RPCTransport&) = delete;
  RPCTransport& operator=(const RPCTransport&) = delete;

  /// Closes all connections. Calls and casts that still wait end in MessageDeliveryFailure; so does
  /// all that is asked for afterwards, at once. Another cleanup() does nothing.
  /// Waits: until the connections have closed, at most 5 s.
  void cleanup();

  [[nodiscard]] const RPCTransportOptions& options() const;
  [[nodiscard]] Runtime& runtime() const;

  /// How many calls wait for a reply: 0 when none is under way, whatever became of them.
  [[nodiscard]] std::size_t pending_calls() const;

  /// The library's inner parts; not for users.
  struct Parts;
  [[nodiscard]] Parts& parts() { return *parts_; }

 private:
  std::unique_ptr<Parts> parts_;
};

}  // namespace castaway
