#include "castaway/sim/fault_conditions.h"

#include <array>

namespace castaway::sim {
namespace {

using check::EventKind;

/// Every kind but notes, which nothing waits for; and "complete", which stands for several.
std::array<std::string_view, check::event_kinds> all_names() {
  std::array<std::string_view, check::event_kinds> names;
  auto next = names.begin();
  for (int i = 0; i < check::event_kinds; ++i) {
    const auto kind = static_cast<EventKind>(i);
    if (kind != EventKind::note) *next++ = to_string(kind);
    if (kind == EventKind::failure) *next++ = "complete";
  }
  return names;
}

bool names_kind(std::string_view ev, EventKind kind) {
  if (ev == "complete") return check::is_completion(kind);
  return kind != EventKind::note && ev == to_string(kind);
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::span<const std::string_view> event_names() {
  static const auto names = all_names();
  return names;
}

bool matches_op(std::string_view pattern, std::string_view op) {
  if (pattern.empty() || pattern == op) return true;
  const bool every_copy = pattern.ends_with("#*");
  if (every_copy) pattern.remove_suffix(2);
  return op.size() > pattern.size() && op.starts_with(pattern) && op[pattern.size()] == '#' &&
         is_number(op.substr(pattern.size() + 1));
}

bool matches(const EventPattern& pattern, const check::History& history,
             const check::Event& event) {
  const auto is_actor = [&](const std::string& name) {
    return name.empty() || name == history.text(event.actor);
  };
  return names_kind(pattern.ev, event.kind) && matches_op(pattern.op, history.text(event.op)) &&
         is_actor(pattern.server) && is_actor(pattern.fault) &&
         (pattern.what.empty() || pattern.what == to_string(event.detail) ||
          pattern.what == history.text(event.name));
}

std::string_view to_string(Hop hop) { return hop == Hop::publish ? "publish" : "deliver"; }

bool is_message(Edge edge) { return edge < Edge::link; }
bool has_body(Edge edge) { return edge < Edge::ack; }

}  // namespace castaway::sim
