#include "conventions.h"

#include <optional>

#include "castaway/envelope.h"
#include "castaway/sim/mask_ids.h"
#include "castaway/utf8.h"

#include "message_ids.h"

namespace castaway::sim {
namespace {

using check::OperationKind;

bool has_id(std::string_view body) {
  bool found = false;
  for_each_id_text(body, [&](std::string_view) {
    found = true;
    return false;
  });
  return found;
}

/// No longer than a shortstr of AMQP, so that a client cannot make names of any length.
std::string stem_of(std::string_view text) {
  constexpr std::size_t longest = 255;
  return to_utf8(mask_ids(text.substr(0, longest)));
}

/// Source: oslo_messaging/_drivers/impl_rabbit.py: a request goes to an exchange, a fanout to one
/// of its own, a reply through the default exchange.
std::optional<Convention> of_oslo(const Seen& seen) {
  if (!has_id(seen.body)) return std::nullopt;
  if (seen.exchange.empty()) return Convention{.request = false};
  try {
    const Request request = decode_request(seen.message());
    Convention found{.stem = stem_of(request.method), .method = stem_of(request.method)};
    if (!request.msg_id.empty()) {
      found.kind = OperationKind::call;
      found.ids.push_back(request.msg_id);
    } else if (seen.exchange.ends_with("_fanout")) {
      found.kind = OperationKind::fanout;
    }
    if (!request.unique_id.empty()) found.ids.push_back(request.unique_id);
    return found;
  } catch (const DecodeError&) {
    return std::nullopt;
  }
}

/// Two clients may draw the same correlation_id, but not for the same reply queue.
std::string id_of_call(const std::string& reply_queue, const std::string& correlation_id) {
  return "call\n" + reply_queue + '\n' + correlation_id;
}

std::string id_of_message(std::string_view process, const std::string& message_id) {
  return "message\n" + std::string(process) + '\n' + message_id;
}

}  // namespace

Convention convention_of(const Seen& seen) {
  if (auto oslo = of_oslo(seen)) return *std::move(oslo);
  Convention found{.stem = stem_of(seen.routing_key.empty() ? seen.exchange : seen.routing_key)};
  if (found.stem.empty()) found.stem = "message";
  if (seen.properties == nullptr) return found;
  const std::string correlation_id = seen.properties->correlation_id.value_or("");
  const std::string reply_to = seen.properties->reply_to.value_or("");
  const std::string message_id = seen.properties->message_id.value_or("");
  const std::string queue(seen.exchange.empty() ? seen.routing_key : "");
  if (!reply_to.empty()) {
    found.kind = OperationKind::call;
    if (!correlation_id.empty()) found.ids.push_back(id_of_call(reply_to, correlation_id));
  } else if (!correlation_id.empty() && !queue.empty()) {
    found.answers = id_of_call(queue, correlation_id);
    // A queue with an id in its name is somebody's for replies; others may be for work.
    found.request = mask_ids(queue) == queue;
  }
  if (!message_id.empty()) found.ids.push_back(id_of_message(seen.process, message_id));
  for (const std::string& id : {correlation_id, message_id}) {
    if (!id.empty()) found.bare_ids.push_back(id);
  }
  return found;
}

}  // namespace castaway::sim
