#pragma once
// ClientEnd and ClientEvents: a client's end of a simulated connection, in AMQP's words. Whoever
// speaks AMQP to the simulated broker has one: the Transport of our own library, and the server
// session that another program's bytes come to.

#include <memory>
#include <string>

#include "castaway/amqp/message.h"
#include "castaway/amqp/method.h"
#include "castaway/sim/broker.h"
#include "castaway/sim/execution_context.h"

namespace castaway::sim {

/// Who connects.
struct Caller {
  ProcessId id = 0;  ///< the incarnation of its process
  std::string process = {};
  std::string name = {};  ///< of the connection, for people
  std::string user = {};  ///< who messages may say that they are from; empty: anyone
  std::string virtual_host = "/";
  /// A channel that is opened with the connection, in the same round trip; 0 for none.
  ChannelNumber opens = 0;
};

/// What comes down to the client. One at a time, and none from inside a ClientEnd's method.
class ClientEvents {
 public:
  virtual ~ClientEvents() = default;
  /// The broker knows the connection.
  virtual void opened() = 0;
  /// Every method without content. After connection.close, or the answer to ours, nothing more
  /// comes.
  virtual void said(ChannelNumber channel, const amqp::Method& method) = 0;
  virtual void delivered(ChannelNumber channel, BrokerDelivery delivery) = 0;
  virtual void returned(ChannelNumber channel, BrokerReturn returned) = 0;
  /// The link broke, or could not be made. The last event.
  virtual void lost(const std::string& why) = 0;
};

class ClientEnd {
 public:
  /// Breaks the link without a goodbye, unless it is over. No event comes during or after it.
  virtual ~ClientEnd() = default;
  /// False when it is over, and nothing is sent any more.
  [[nodiscard]] virtual bool usable() const = 0;
  /// Sends a method that has no content.
  virtual void say(ChannelNumber channel, const amqp::Method& method) = 0;
  /// Sends a basic.publish with its content.
  virtual void publish(ChannelNumber channel, amqp::Publication publication) = 0;
  /// Says connection.close, and listens no more. `why` is for people; empty if the broker has said
  /// it.
  virtual void hang_up(const std::string& why) = 0;
};

}  // namespace castaway::sim
