#include "replier.h"

#include "rpc/new_id.h"

namespace castaway {
namespace {

Publication publication_of(const std::string& reply_q, const Reply& reply) {
  return {.routing_key = reply_q, .mandatory = true, .message = encode(reply)};
}

}  // namespace

std::optional<std::string> why_unanswerable(const Request& request) {
  if (request.reply_q.size() <= longest_name) return std::nullopt;
  return "the call of " + request.method + " names a reply queue of " +
         std::to_string(request.reply_q.size()) + " bytes";
}

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
