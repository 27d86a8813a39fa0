#include "conventions.h"

#include <optional>

#include "castaway/envelope.h"
#include "castaway/sim/mask_ids.h"

#include "message_ids.h"

namespace castaway::sim {
namespace {

using check::OperationKind;

bool has_id(std::string_view body) {
  bool found = false;
  for_each_id(body, [&](std::string_view) {
    found = true;
    return false;
  });
  return found;
}

/// Source: oslo_messaging/_drivers/impl_rabbit.py: a request goes to an exchange, a fanout to one
/// of its own, a reply through the default exchange.
std::optional<Convention> of_oslo(const Seen& seen) {
  if (!has_id(seen.body)) return std::nullopt;
  if (seen.exchange.empty()) return Convention{.request = false};
  try {
    const Request request = decode_request(seen.message());
    Convention found{.stem = request.method, .method = request.method};
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
std::string id_of_call(std::string_view reply_queue, std::string_view correlation_id) {
  return std::string(reply_queue) + '\n' + std::string(correlation_id);
}

}  // namespace

Convention convention_of(const Seen& seen) {
  if (auto oslo = of_oslo(seen)) return *std::move(oslo);
  Convention found{.stem = mask_ids(seen.routing_key.empty() ? seen.exchange : seen.routing_key)};
  if (found.stem.empty()) found.stem = "message";
  if (seen.properties == nullptr) return found;
  const std::string correlation_id = seen.properties->correlation_id.value_or("");
  const std::string reply_to = seen.properties->reply_to.value_or("");
  if (!reply_to.empty()) {
    found.kind = OperationKind::call;
    if (!correlation_id.empty()) found.ids.push_back(id_of_call(reply_to, correlation_id));
  } else if (!correlation_id.empty() && seen.exchange.empty()) {
    found.request = false;
    found.ids.push_back(id_of_call(seen.routing_key, correlation_id));
    return found;
  }
  if (const auto& id = seen.properties->message_id; id && !id->empty())
    found.ids.push_back(std::string(seen.process) + '\n' + *id);
  return found;
}

}  // namespace castaway::sim
