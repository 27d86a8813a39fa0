#include "version_1.h"

#include <algorithm>
#include <array>
#include <utility>

namespace castaway::check {

namespace {

using Meaning = std::pair<std::string_view, Detail>;

/// What the actions of fault rules did, by their names.
constexpr std::array<Meaning, 17> natures = {{{"drop", Detail::loss},
                                              {"delay", Detail::lateness},
                                              {"hold_until", Detail::lateness},
                                              {"duplicate", Detail::copy},
                                              {"reorder", Detail::reorder},
                                              {"corrupt", Detail::damage},
                                              {"truncate_to", Detail::damage},
                                              {"unroutable", Detail::refusal},
                                              {"nack", Detail::refusal},
                                              {"requeue", Detail::give_back},
                                              {"disconnect", Detail::outage},
                                              {"kill", Detail::outage},
                                              {"pause", Detail::outage},
                                              {"block_publish", Detail::broker_change},
                                              {"delete_queue", Detail::broker_change},
                                              {"restart_broker", Detail::broker_change},
                                              {"jump_wall", Detail::clock_step}}};

/// The longest of the kind's words that `words` begins with; none if there is none.
Detail beginning(EventKind kind, std::string_view words) {
  Detail longest = Detail::none;
  for (const Detail detail : details_of(kind)) {
    if (words.starts_with(to_string(detail)) &&
        to_string(detail).size() > to_string(longest).size())
      longest = detail;
  }
  return longest;
}

/// "main opened", "listen closed: connection reset", "cut".
void read_link(History& history, Event& event, std::string_view words) {
  event.detail = beginning(EventKind::link, words);
  if (event.detail == Detail::cut || event.detail >= Detail::half_open) return;
  const std::size_t closed = words.find("closed");
  const std::size_t place = closed != words.npos ? closed : words.find("opened");
  if (place == words.npos) {
    event.text = history.intern(words);
    return;
  }
  if (place > 0) event.name = history.intern(words.substr(0, place - 1));
  const std::string_view rest = words.substr(place);
  event.detail = closed == words.npos              ? Detail::opened
                 : rest == "closed: done"          ? Detail::closed
                 : rest == "closed without a word" ? Detail::abandoned
                                                   : Detail::lost;
  if (rest.starts_with("closed: ") && event.detail == Detail::lost)
    event.text = history.intern(rest.substr(8));
}

}  // namespace

void read_old_detail(History& history, Event& event, std::string_view words) {
  switch (event.kind) {
    case EventKind::link:
      return read_link(history, event, words);
    case EventKind::fault: {
      const auto nature = std::ranges::find_if(
          natures, [&](const Meaning& one) { return words.starts_with(one.first); });
      event.detail = nature == natures.end() ? Detail::none : nature->second;
      event.name = history.intern(words);
      return;
    }
    case EventKind::error:
    case EventKind::refuse:
      event.name = history.intern(words);
      return;
    default:  // "paused for 1.5s": no law asks for how long, and people read the text
      event.detail = beginning(event.kind, words);
      if (words != to_string(event.detail)) event.text = history.intern(words);
  }
}

void read_old_actors(History& history) {
  const Symbol broker = history.intern("broker");
  const auto& events = history.events();
  if (std::ranges::any_of(events, [=](const Event& event) { return event.actor == broker; }))
    history.actors[broker].kind = ActorKind::broker;
}

}  // namespace castaway::check
