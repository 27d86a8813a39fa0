#include <algorithm>

#include <fmt/format.h>

#include "castaway/check/text.h"

#include "format/wording.h"
#include "lint.h"

namespace castaway::scenario {
namespace {

using Evs = std::initializer_list<std::string_view>;

bool is_one_of(std::string_view ev, Evs evs) { return std::ranges::count(evs, ev) != 0; }

bool is_completion(std::string_view ev) {
  return is_one_of(ev, {"return", "error", "timeout", "failure", "complete"});
}

bool is_of_client(std::string_view ev) {
  return is_completion(ev) || is_one_of(ev, {"invoke", "publish", "reply_arrive", "inject"});
}

bool is_of_server(std::string_view ev) {
  return is_one_of(ev, {"deliver", "execute", "done", "reply"});
}

bool is_of_broker(std::string_view ev) { return is_one_of(ev, {"accept", "reply_accept"}); }

/// Only calls have these.
bool needs_reply(std::string_view ev) {
  return is_one_of(ev, {"reply", "reply_accept", "reply_arrive", "error"});
}

bool is_of_no_operation(std::string_view ev) {
  return is_one_of(ev, {"link", "process", "residue"});
}

/// Once for each operation, at most.
bool comes_once(std::string_view ev) { return ev == "invoke" || is_completion(ev); }

}  // namespace

void Linter::look_at_event(const At& at, const sim::EventPattern& event) {
  const auto known_evs = sim::event_names();
  if (!require(at / "ev", "event is called", event.ev, Names(known_evs.begin(), known_evs.end())))
    return;

  if (!event.fault.empty() && event.ev != "fault") {
    complain(at / "fault", fmt::format("\"fault\" says which rule fired, and {} is no fault",
                                       in_quotes(event.ev)));
  } else if (!event.fault.empty()) {
    require(at / "fault", "fault is called", event.fault, rules_);
  } else if (event.ev == "fault" && rules_.empty()) {
    complain(at / "ev", "there are no faults in this scenario");
  }

  if (!event.what.empty() && event.ev == "error") {
    // The class of what was raised: any name will do.
  } else if (!event.what.empty() && !is_of_no_operation(event.ev)) {
    complain(at / "what",
             fmt::format("\"what\" says what becomes of a link or process, and {} is neither",
                         in_quotes(event.ev)));
  } else if (!event.what.empty()) {
    const bool link = event.ev == "link";
    Names words;
    for (const check::Detail detail :
         details_of(link ? check::EventKind::link : check::EventKind::process))
      words.emplace_back(to_string(detail));
    require(at / "what", link ? "link event is called" : "process event is called", event.what,
            words);
  }

  const Known* known = nullptr;
  if (!event.op.empty() && is_of_no_operation(event.ev)) {
    complain(at / "op", fmt::format("{} is of no operation", in_quotes(event.ev)));
  } else if (!event.op.empty()) {
    known = look_at_op(at / "op", event.op);
    if (const Inject* message = message_called(event.op))
      look_at_event_of(at / "op", *message, event);
  }
  if (known != nullptr && event.ev == "inject")
    complain(at / "op", fmt::format("{} is {}, and not made by hand", in_quotes(event.op),
                                    with_article(known->operation->kind)));
  if (known != nullptr && known->operation->kind != Operation::Kind::call &&
      needs_reply(event.ev)) {
    complain(at / "op", fmt::format("{} is {}, so it never comes to {}", in_quotes(event.op),
                                    with_article(known->operation->kind), in_quotes(event.ev)));
  }
  if (known != nullptr && comes_once(event.ev) && event.n > known->copies(event.op)) {
    complain(at / "n", fmt::format("{} comes to {} only {}", in_quotes(event.op),
                                   in_quotes(event.ev), check::times(known->copies(event.op))));
  }
  if (!event.server.empty()) look_at_actor(at / "server", event, known);
}

void Linter::look_at_actor(const At& at, const sim::EventPattern& event, const Known* known) {
  if (event.ev == "fault")
    return complain(at, "a fault happens to its rule: say which by \"fault\"");
  if (!require(at, "process is called", event.server, actors_)) return;
  const bool client = clients_.contains(event.server);
  const bool broker = event.server == "broker";
  const bool asks = askers_.contains(event.server);
  if ((is_of_client(event.ev) && !asks) || (is_of_server(event.ev) && (client || broker)) ||
      (is_of_broker(event.ev) && !broker)) {
    return complain(
        at, fmt::format("{} never happens to {}", in_quotes(event.ev), in_quotes(event.server)));
  }
  if (known != nullptr && asks && is_of_client(event.ev) && known->client != event.server) {
    complain(at, fmt::format("{} is done by {}", in_quotes(event.op), in_quotes(known->client)));
  }
}

}  // namespace castaway::scenario
