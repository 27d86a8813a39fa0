#include "castaway/sim/fault_conditions.h"

#include <algorithm>
#include <array>

namespace castaway::sim {
namespace {

using check::EventKind;

struct NamedKind {
  std::string_view name;
  EventKind kind;
};

/// "complete" stands for several kinds, and is looked at first.
constexpr auto named_kinds = std::to_array<NamedKind>({
    {"invoke", EventKind::invoke},
    {"publish", EventKind::publish},
    {"accept", EventKind::accept},
    {"confirm", EventKind::confirm},
    {"deliver", EventKind::deliver},
    {"settle", EventKind::settle},
    {"execute", EventKind::execute},
    {"done", EventKind::done},
    {"reply", EventKind::reply},
    {"reply_accept", EventKind::reply_accept},
    {"reply_arrive", EventKind::reply_arrive},
    {"return", EventKind::returned},
    {"error", EventKind::error},
    {"timeout", EventKind::timeout},
    {"failure", EventKind::failure},
    {"complete", EventKind::note},
    {"fault", EventKind::fault},
    {"link", EventKind::link},
    {"process", EventKind::process},
    {"residue", EventKind::residue},
    {"inject", EventKind::inject},
    {"refuse", EventKind::refuse},
});

constexpr auto names = [] {
  std::array<std::string_view, named_kinds.size()> result;
  std::ranges::transform(named_kinds, result.begin(), &NamedKind::name);
  return result;
}();

bool names_kind(std::string_view ev, EventKind kind) {
  if (ev == "complete") return check::is_completion(kind);
  const auto found = std::ranges::find(named_kinds, ev, &NamedKind::name);
  return found != named_kinds.end() && found->kind == kind;
}

bool is_number(std::string_view text) {
  return !text.empty() && text.find_first_not_of("0123456789") == std::string_view::npos;
}

}  // namespace

std::span<const std::string_view> event_names() { return names; }

bool matches_op(std::string_view pattern, std::string_view op) {
  if (pattern.empty() || pattern == op) return true;
  const bool every_copy = pattern.ends_with("#*");
  if (every_copy) pattern.remove_suffix(2);
  return op.size() > pattern.size() && op.starts_with(pattern) && op[pattern.size()] == '#' &&
         is_number(op.substr(pattern.size() + 1));
}

bool matches(const EventPattern& pattern, const check::History& history, check::EventIndex index) {
  const check::Event& event = history[index];
  const auto is_actor = [&](const std::string& name) {
    return name.empty() || name == history.text(event.actor);
  };
  return names_kind(pattern.ev, event.kind) && matches_op(pattern.op, history.text(event.op)) &&
         is_actor(pattern.server) && is_actor(pattern.fault) &&
         (pattern.what.empty() || pattern.what == to_string(event.detail) ||
          pattern.what == history.text(event.name));
}

std::string_view to_string(Edge edge) {
  switch (edge) {
    case Edge::request:
      return "request";
    case Edge::reply:
      return "reply";
    case Edge::heartbeat:
      return "heartbeat";
    case Edge::ack:
      return "ack";
    case Edge::confirm:
      return "confirm";
    case Edge::claim:
      return "claim";
    case Edge::link:
      return "link";
    case Edge::process:
      return "process";
    case Edge::broker:
      return "broker";
    case Edge::clock:
      return "clock";
  }
  return "?";
}

std::string_view to_string(Hop hop) { return hop == Hop::publish ? "publish" : "deliver"; }

bool is_message(Edge edge) { return edge < Edge::link; }
bool has_body(Edge edge) { return edge < Edge::ack; }

}  // namespace castaway::sim
