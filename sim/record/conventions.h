#pragma once
// Conventions: what a message says of itself that nobody has reported, by the conventions of RPC
// over AMQP: oslo.messaging's envelope, or the properties reply_to, correlation_id and message_id.

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/amqp/message.h"
#include "castaway/check/event.h"
#include "castaway/transport.h"

namespace castaway::sim {

/// A message on the wire.
struct Seen {
  std::string_view process = {};
  std::string_view exchange = {};
  std::string_view routing_key = {};
  std::string_view body = {};
  const amqp::Properties* properties = nullptr;  ///< null if they are not known
  std::function<Message()> message = {};         ///< all of it: asked only where that is needed
};

struct Convention {
  bool request = true;                ///< else a reply, if it is no answer to a call that is known
  std::string answers = {};           ///< the id of the call that it may answer; empty if none
  std::vector<std::string> ids = {};  ///< of its operation, from the surest on
  /// As the message has them. Another client's may be the same.
  std::vector<std::string> bare_ids = {};
  std::string stem = {};    ///< of the operation's name: its method, else where it goes
  std::string method = {};  ///< empty if the message does not say
  check::OperationKind kind = check::OperationKind::cast;
};

[[nodiscard]] Convention convention_of(const Seen& seen);

}  // namespace castaway::sim
