#include "inject.h"

#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/envelope.h"

#include "long_texts.h"
#include "members.h"

namespace castaway::scenario {

using nlohmann::json;

namespace {

std::string looked_up(Environment& environment, const Reference& reference) {
  if (reference.key == reply_q_of) return environment.reply_queue_of(reference.name);
  environment.wait_for({.ev = "invoke", .op = reference.name});
  return reference.key == msg_id_of ? environment.msg_id_of(reference.name)
                                    : environment.unique_id_of(reference.name);
}

/// The message with its references looked up; what it calls itself, and whose reply it is, goes to
/// `made`.
std::string inner_of(Environment& environment, const Object& message, sim::Injection& made) {
  json inner = message.json();
  for (const auto& [key, value] : inner.items()) {
    const Reference reference = reference_in(value);
    if (!reference.key.empty()) value = looked_up(environment, reference);
    if (!made.request && key == "_msg_id" && reference.key == msg_id_of)
      made.answers = reference.name;
    const bool is_id = key == "_unique_id" || key == "_msg_id";
    if (made.request && is_id && value.is_string()) made.ids.push_back(value);
  }
  return in_full(std::move(inner)).dump();
}

/// As a client of these options would address its request.
void address(Publication& publication, const RPCTransportOptions& options, const Inject& inject) {
  try {
    const Topology topology(options.topology, options.queues, options.control_exchange);
    const Address address = topology.address_of(
        {.exchange = inject.exchange, .topic = inject.topic, .server = inject.server});
    publication.exchange = address.exchange.exchange;
    publication.routing_key = address.routing_key;
  } catch (const InvalidTarget&) {
    // A name that AMQP has no room for is no queue's: the message finds none.
  }
}

}  // namespace

Reference reference_in(const json& value) {
  if (!value.is_object() || value.size() != 1 || !value.front().is_string()) return {};
  const std::string& key = value.begin().key();
  if (key != msg_id_of && key != unique_id_of && key != reply_q_of) return {};
  return {.key = key, .name = value.front()};
}

void perform(Environment& environment, const Player& client, const Inject& inject) {
  sim::Injection made{.name = inject.as, .by = client.name, .request = inject.replies_of.empty()};
  Publication publication{.message = encode(Request(), std::nullopt)};
  if (inject.headers)
    publication.message.properties.headers.merge(table_of(in_full(*inject.headers)));
  std::string& body = publication.message.body;
  if (inject.text) {
    body = *inject.text;
  } else {
    const json outer = {{"oslo.version", inject.envelope},
                        {"oslo.message", inner_of(environment, *inject.message, made)}};
    body = outer.dump();
  }
  if (made.request) {
    address(publication, client.messaging.options(), inject);
  } else {
    publication.routing_key = environment.reply_queue_of(inject.replies_of);
  }
  environment.inject(made, std::move(publication));
}

}  // namespace castaway::scenario
