#include "castaway/check/event.h"

#include <algorithm>
#include <array>

namespace castaway::check {

namespace {

using enum Detail;

template <Detail... each>
constexpr std::array<Detail, sizeof...(each)> list = {each...};

}  // namespace

std::string_view to_string(EventKind kind) {
  static constexpr std::array<std::string_view, event_kinds> names = {
      "invoke", "publish",      "accept",       "confirm", "deliver", "settle",  "execute", "done",
      "reply",  "reply_accept", "reply_arrive", "return",  "error",   "timeout", "failure", "fault",
      "link",   "process",      "note",         "residue", "inject",  "refuse"};
  return names[static_cast<std::size_t>(kind)];
}

bool is_completion(EventKind kind) {
  return kind == EventKind::returned || kind == EventKind::error || kind == EventKind::timeout ||
         kind == EventKind::failure;
}

std::string_view to_string(Detail detail) {
  static constexpr std::array<std::string_view, details> words = {"",
                                                                  "ack",
                                                                  "nack",
                                                                  "requeue",
                                                                  "reject",
                                                                  "unroutable",
                                                                  "return",
                                                                  "error",
                                                                  "loss",
                                                                  "lateness",
                                                                  "copy",
                                                                  "reorder",
                                                                  "damage",
                                                                  "refusal",
                                                                  "give back",
                                                                  "outage",
                                                                  "broker change",
                                                                  "clock step",
                                                                  "opened",
                                                                  "closed",
                                                                  "lost",
                                                                  "abandoned",
                                                                  "cut",
                                                                  "half open",
                                                                  "half open to the broker",
                                                                  "half open from the broker",
                                                                  "started",
                                                                  "serving",
                                                                  "stopping",
                                                                  "stopped",
                                                                  "killed",
                                                                  "paused",
                                                                  "resumed",
                                                                  "down",
                                                                  "up again",
                                                                  "forgot acks",
                                                                  "blocks publishers",
                                                                  "queue deleted",
                                                                  "reply queue deleted",
                                                                  "pending operations",
                                                                  "unacknowledged deliveries",
                                                                  "unfinished heartbeats",
                                                                  "request",
                                                                  "reply",
                                                                  "claim granted",
                                                                  "claim refused",
                                                                  "heartbeat sent",
                                                                  "heartbeat arrived",
                                                                  "clock stepped",
                                                                  "livelocked",
                                                                  "limit reached",
                                                                  "channel closed",
                                                                  "drained",
                                                                  "waiting calls",
                                                                  "queue expired",
                                                                  "dropped",
                                                                  "queued messages",
                                                                  "unsettled replies",
                                                                  "closing",
                                                                  "queue purged",
                                                                  "binding lost",
                                                                  "consumer cancelled",
                                                                  "slowed",
                                                                  "node down",
                                                                  "node up"};
  return words[static_cast<std::size_t>(detail)];
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

std::span<const Detail> details_of(EventKind kind) {
  switch (kind) {
    case EventKind::confirm:
      return list<ack, nack>;
    case EventKind::settle:
      return list<ack, requeue, reject>;
    case EventKind::accept:
    case EventKind::reply_accept:
      return list<unroutable>;
    case EventKind::done:
      return list<returned, error>;
    case EventKind::fault:
      return list<loss, lateness, copy, reorder, damage, refusal, give_back, outage, broker_change,
                  clock_step>;
    case EventKind::link:
      return list<opened, closed, lost, abandoned, cut, half_open, half_open_to_broker,
                  half_open_from_broker, channel_closed, consumer_cancelled, slowed>;
    case EventKind::process:
      return list<started, serving, stopping, stopped, killed, paused, resumed, down, up_again,
                  forgot_acks, blocks_publishers, queue_deleted, reply_queue_deleted, drained,
                  queue_expired, closing, queue_purged, binding_lost, node_down, node_up>;
    case EventKind::residue:
      return list<pending_operations, unacknowledged_deliveries, unfinished_heartbeats,
                  waiting_calls, queued_messages, unsettled_replies>;
    case EventKind::inject:
      return list<request, reply>;
    case EventKind::note:
      return list<claim_granted, claim_refused, heartbeat_sent, heartbeat_arrived, clock_stepped,
                  livelocked, limit_reached, dropped>;
    default:
      return {};
  }
}

std::optional<Detail> find_detail(EventKind kind, std::string_view word) {
  const std::span<const Detail> own = details_of(kind);
  const auto found =
      std::ranges::find_if(own, [&](Detail detail) { return to_string(detail) == word; });
  return found == own.end() ? std::nullopt : std::optional(*found);
}

}  // namespace castaway::check
