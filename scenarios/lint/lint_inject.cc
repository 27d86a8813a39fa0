#include <algorithm>
#include <cstdint>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "format/wording.h"
#include "lint.h"
#include "run/inject.h"
#include "run/long_texts.h"

namespace castaway::scenario {
namespace {

bool is_operation(const ScriptStep& step, const std::string& as) {
  const auto* operation = std::get_if<Operation>(&step);
  return operation != nullptr && operation->as == as;
}

}  // namespace

const Inject* Linter::message_called(const std::string& name) const {
  const auto found =
      std::ranges::find(messages_, name, [](const Inject* each) { return each->as; });
  return found == messages_.end() ? nullptr : *found;
}

void Linter::look_at_inject(const At& at, const Inject& inject, const Script& script) {
  if (script.repeat) complain(at, "the message is made once, and this task is repeated");
  if (inject.topic.empty() == inject.replies_of.empty()) {
    complain(at,
             R"(a request goes to a "topic", a reply to "replies_of" a client: give one of them)");
  }
  if (!inject.replies_of.empty()) {
    require_reply_queue(at / "replies_of", inject.replies_of);
    if (!inject.server.empty()) complain(at / "server", "a reply queue belongs to no server");
    if (!inject.exchange.empty()) complain(at / "exchange", "a reply queue belongs to no exchange");
  } else if (!inject.server.empty()) {
    require(at / "server", "server is called", inject.server, target_names_);
  }
  if (inject.message.has_value() == inject.text.has_value()) {
    complain(at, R"(give a "message", or a whole body as "text": one of them)");
  }
  if (inject.text && inject.envelope != Inject().envelope)
    complain(at / "envelope", "a text is the whole body, so it has no envelope but its own");
  if (inject.headers) look_at_headers(at / "headers", *inject.headers);
  if (!inject.message) return;
  look_at_texts(at / "message", inject.message->json());
  for (const auto& [key, value] : inject.message->json().items()) {
    const auto [of, name] = reference_in(value);
    const At here = at / "message" / key / of;
    if (of == reply_q_of) {
      require_reply_queue(here, name);
    } else if (!of.empty()) {
      look_at_reference(here, of, name, script, inject);
    }
  }
}

void Linter::look_at_headers(const At& at, const Object& headers) {
  look_at_texts(at, headers.json());
  for (const auto& [key, value] : headers.json().items()) {
    const bool fits = value.is_number_unsigned()
                          ? std::in_range<std::int64_t>(value.get<std::uint64_t>())
                          : value.is_number_integer() || value.is_string() || value.is_boolean();
    if (!fits && text_of_in(value) == nullptr)
      complain(at / key, R"(a header is a text, an integer, a boolean or {"text_of": bytes})");
  }
}

void Linter::require_reply_queue(const At& at, const std::string& client) {
  if (!require(at, "client is called", client, clients_)) return;
  const bool calls = std::ranges::any_of(known_, [&](const Known& known) {
    return known.client == client && known.operation->kind == Operation::Kind::call;
  });
  if (!calls)
    complain(at, fmt::format("{} makes no call, so it has no reply queue", in_quotes(client)));
}

void Linter::look_at_reference(const At& at, const std::string& of, const std::string& name,
                               const Script& script, const Inject& inject) {
  if (message_called(name) != nullptr)
    return complain(at, fmt::format("{} is made by hand: write its id", in_quotes(name)));
  const Known* known = look_at_op(at, name);
  if (known == nullptr) return;
  if (of == msg_id_of && known->operation->kind != Operation::Kind::call) {
    complain(at, fmt::format("{} is {}, so it has no _msg_id", in_quotes(name),
                             with_article(known->operation->kind)));
  }
  if (known->is_repeated() && (name.find('#') == std::string::npos || name.ends_with('*'))) {
    complain(at, fmt::format("{} is repeated: say which copy, as in {}", in_quotes(name),
                             in_quotes(known->operation->as + "#0")));
  }
  if (known->script != &script) return;
  for (const ScriptStep& step : script.steps) {
    if (is_operation(step, known->operation->as)) return;
    if (std::get_if<Inject>(&step) == &inject) break;
  }
  complain(at, fmt::format("{} comes only after this step, which would wait for it for ever",
                           in_quotes(name)));
}

void Linter::look_at_event_of(const At& at, const Inject& message, const sim::EventPattern& event) {
  const bool request = message.replies_of.empty();
  const Names ways = request ? Names{"inject", "accept", "deliver",      "settle",       "execute",
                                     "done",   "reply",  "reply_accept", "reply_arrive", "fault"}
                             : Names{"inject", "reply_accept", "reply_arrive", "fault"};
  if (std::ranges::count(ways, event.ev) != 0) return;
  complain(at, fmt::format("{} is a {} made by hand, so it never comes to {}", in_quotes(event.op),
                           request ? "request" : "reply", in_quotes(event.ev)));
}

}  // namespace castaway::scenario
