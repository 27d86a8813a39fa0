#include <fmt/format.h>

#include "castaway/check/history.h"

#include "words.h"

namespace castaway::check {

namespace {

/// "main opened"; a connection without a name needs none.
std::string of_link(const History& history, const Event& event) {
  const std::string_view name = history.text(event.name);
  const std::string link = name.empty() ? "" : std::string(name) + " ";
  switch (event.detail) {
    case Detail::closed:
      return link + "closed: done";
    case Detail::lost:
      return link +
             (event.text == 0 ? "closed" : fmt::format("closed: {}", history.text(event.text)));
    case Detail::abandoned:
      return link + "closed without a word";
    case Detail::channel_closed:
      return fmt::format("{}lost a channel: {}", link, history.text(event.text));
    case Detail::consumer_cancelled:
      return link + "lost a consumer: the broker cancelled it";
    case Detail::slowed:
      return event.length == Duration::zero()
                 ? "is slow"
                 : fmt::format("is slow for {}", to_string(event.length));
    case Detail::cut:
      if (event.length == Duration::zero()) break;
      return fmt::format("{}cut, which the broker does not notice for {}", link,
                         to_string(event.length));
    default:
      break;
  }
  return link + std::string(to_string(event.detail));
}

std::string of_process(const History& history, const Event& event) {
  if (event.text != 0) return std::string(history.text(event.text));
  const std::string_view word = to_string(event.detail);
  switch (event.detail) {
    case Detail::queue_deleted:
      return fmt::format("queue {} is deleted", history.text(event.name));
    case Detail::queue_purged:
      return fmt::format("queue {} is purged", history.text(event.name));
    case Detail::binding_lost:
      return fmt::format("queue {} loses a binding", history.text(event.name));
    case Detail::queue_expired:
      return fmt::format("queue {} expired: nobody used it", history.text(event.name));
    case Detail::node_down:
      return fmt::format("node {} is down for {}", history.text(event.name),
                         to_string(event.length));
    case Detail::node_up:
      return fmt::format("node {} is up again", history.text(event.name));
    case Detail::reply_queue_deleted:
      return fmt::format("the reply queue of {} is deleted", history.text(event.name));
    default:
      return event.length == Duration::zero()
                 ? std::string(word)
                 : fmt::format("{} for {}", word, to_string(event.length));
  }
}

std::string of_note(const History& history, const Event& event) {
  const auto claim = [&](std::string_view answer) {
    const std::string_view op = event.op == 0 ? "a message" : history.text(event.op);
    return fmt::format("{} {} to {}", answer, op, history.text(event.name));
  };
  switch (event.detail) {
    case Detail::claim_granted:
      return claim("grants");
    case Detail::claim_refused:
      return claim("refuses");
    case Detail::heartbeat_sent:
      return "sends a heartbeat";
    case Detail::heartbeat_arrived:
      return "gets a heartbeat";
    case Detail::dropped:
      return fmt::format("drops {}{}: {}", event.edge == Edge::reply ? "the reply to " : "",
                         event.op == 0 ? "a message" : history.text(event.op),
                         history.text(event.name));
    case Detail::clock_stepped:
      return fmt::format("the wall clock steps by {}", to_string(event.length));
    case Detail::livelocked:
      return "livelocked: time does not go on";
    case Detail::limit_reached:
      return "ended at its limit";
    default:
      return std::string(event.text != 0 ? history.text(event.text) : to_string(event.detail));
  }
}

}  // namespace

std::string detail_in_words(const History& history, const Event& event) {
  switch (event.kind) {
    case EventKind::link:
      return of_link(history, event);
    case EventKind::process:
      return of_process(history, event);
    case EventKind::note:
      return of_note(history, event);
    default:
      return std::string(event.name != 0   ? history.text(event.name)
                         : event.text != 0 ? history.text(event.text)
                                           : to_string(event.detail));
  }
}

}  // namespace castaway::check
