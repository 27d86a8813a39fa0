#include "replier.h"

#include <algorithm>
#include <utility>

#include "new_id.h"

namespace castaway {
namespace {

constexpr Duration retry_pause = 250ms;

}  // namespace

void Replier::reply(const Request& request, const Answer& answer) {
  if (request.msg_id.empty()) return;
  const TimePoint deadline = deadline_after(runtime_.now(), options_.reply_retry_timeout);
  try {
    for (;;) {
      // Each attempt has a _unique_id of its own. A copy of a reply does no harm: it finds no
      // waiter.
      const Fate fate = send(request, encode_answer(request, answer), deadline);
      if (fate == Fate::accepted) return;
      if (runtime_.now() >= deadline) break;
      runtime_.sleep_until(std::min(deadline, deadline_after(runtime_.now(), retry_pause)));
    }
    observer_.swallowed_error(
        "reply", "no queue " + request.reply_q + " took the reply to " + request.method);
  } catch (const EncodeError& error) {
    observer_.swallowed_error("reply", error.what());
  }
}

Message Replier::encode_answer(const Request& request, const Answer& answer) {
  Reply reply{.result = answer.result,
              .failure = answer.failure,
              .msg_id = request.msg_id,
              .unique_id = new_id(runtime_, "reply")};
  try {
    return encode(reply);
  } catch (const EncodeError& error) {
    if (options_.profile == Profile::classic)
      throw;  // upstream logs it, and the caller runs into its timeout
    reply.result = nullptr;
    reply.failure =
        Failure{.class_name = "EncodeError", .module = "castaway", .message = error.what()};
    return encode(reply);
  }
}

Fate Replier::send(const Request& request, const Message& message, TimePoint deadline) {
  Submission submission{
      .publication = {.routing_key = request.reply_q, .mandatory = true, .message = message},
      .deadline = options_.profile == Profile::classic ? never : deadline,
  };
  const auto publishing =
      std::make_shared<Publishing>(runtime_, runtime_.make_signal("confirm of a reply"));
  sender_.send(submission, publishing);
  for (;;) {
    const Signal::Ticket ticket = publishing->changed().ticket();
    const Publishing::State state = publishing->state();
    if (state.fate != Fate::pending) return state.fate;
    if (!publishing->changed().wait(ticket, submission.deadline)) return Fate::in_doubt;
  }
}

}  // namespace castaway
