#pragma once
// Replier: sends the answer of a method to the queue that the request names, and tries again while
// that queue is not there. Source: oslo_messaging/_drivers/amqpdriver.py,
// AMQPIncomingMessage._send_reply and ReplyWaiter.

#include "castaway/envelope.h"
#include "castaway/observer.h"
#include "castaway/rpc_transport.h"

#include "dispatcher.h"
#include "sender.h"

namespace castaway {

class Replier final {
 public:
  Replier(Runtime& runtime, Sender& sender, const RPCTransportOptions& options, Observer& observer)
      : runtime_(runtime), sender_(sender), options_(options), observer_(observer) {}

  /// A cast gets no reply. Errors are the observer's: nobody else would hear of them.
  /// Waits: until the broker has accepted the reply, reply_retry_timeout at most if its queue is
  /// not there.
  void reply(const Request& request, const Answer& answer);

 private:
  [[nodiscard]] Message encode_answer(const Request& request, const Answer& answer);
  /// Waits: until the fate of one attempt is known.
  Fate send(const Request& request, const Message& message, TimePoint deadline);

  Runtime& runtime_;
  Sender& sender_;
  const RPCTransportOptions& options_;
  Observer& observer_;
};

}  // namespace castaway
