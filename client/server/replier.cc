#include "replier.h"

#include "rpc/new_id.h"

namespace castaway {
namespace {

Publication publication_of(const std::string& reply_q, const Reply& reply) {
  return {.routing_key = reply_q, .mandatory = true, .message = encode(reply)};
}

}  // namespace

Publication final_reply(Runtime& runtime, const Request& request, const Answer& answer) {
  return publication_of(request.reply_q, {.result = answer.result,
                                          .failure = answer.failure,
                                          .msg_id = request.msg_id,
                                          .unique_id = new_id(runtime, "reply")});
}

Publication heartbeat_reply(Runtime& runtime, const std::string& reply_q,
                            const std::string& msg_id) {
  return publication_of(
      reply_q, {.ending = false, .msg_id = msg_id, .unique_id = new_id(runtime, "heartbeat")});
}

}  // namespace castaway
