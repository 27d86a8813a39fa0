#pragma once
// Replier: sends the answers of methods to the queues that the requests name, and tries again while
// such a queue is not there. The two profiles differ: see classic_replier.cc and strict_replier.cc.
//
// Source: oslo_messaging/_drivers/amqpdriver.py, AMQPIncomingMessage.

#include <memory>
#include <optional>
#include <string>

#include "castaway/envelope.h"
#include "castaway/observer.h"
#include "castaway/rpc_transport.h"

#include "connections/sender.h"
#include "dispatcher.h"
#include "heartbeat.h"

namespace castaway {

class Replier {
 public:
  virtual ~Replier() = default;

  /// Sees to the reply; a cast gets none. Errors are the observer's: nobody else would hear of
  /// them.
  /// Waits: classic: until the broker has accepted the reply, or it is given up. strict: never.
  virtual void reply(const Request& request, const Answer& answer) = 0;

  /// Heartbeats for the caller from now on, which the reply to it must not overtake: destroy them
  /// first. Null if the call is not monitored.
  [[nodiscard]] virtual std::unique_ptr<Heartbeat> monitor(const Request& request) = 0;

  /// No reply is asked for any more.
  /// Waits: until those that are out have been accepted, or given up.
  virtual void finish() = 0;
};

/// Why no reply to this request can be sent, if it names a queue that no broker can have.
[[nodiscard]] std::optional<std::string> why_unanswerable(const Request& request);

/// The replies as they are published. Throws: EncodeError.
[[nodiscard]] Publication final_reply(Runtime& runtime, const Request& request,
                                      const Answer& answer);
[[nodiscard]] Publication heartbeat_reply(Runtime& runtime, const std::string& reply_q,
                                          const std::string& msg_id);

[[nodiscard]] std::unique_ptr<Replier> make_classic_replier(Runtime& runtime, Sender& sender,
                                                            Observer& observer, Duration retry_for);
[[nodiscard]] std::unique_ptr<Replier> make_strict_replier(Runtime& runtime, Sender& sender,
                                                           Observer& observer, Duration retry_for);

}  // namespace castaway
