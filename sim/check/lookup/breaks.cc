#include "breaks.h"

namespace castaway::check {

bool is_broken_link(const Event& event) {
  switch (event.detail) {
    case Detail::lost:
    case Detail::abandoned:
    case Detail::cut:
    case Detail::half_open:
    case Detail::half_open_to_broker:
    case Detail::half_open_from_broker:
    case Detail::channel_closed:
      return true;
    default:
      return false;
  }
}

bool is_link_end(const Event& event) {
  if (event.kind != EventKind::link) return false;
  switch (event.detail) {
    case Detail::opened:
    case Detail::half_open:
    case Detail::half_open_to_broker:
    case Detail::half_open_from_broker:
    case Detail::consumer_cancelled:
    case Detail::slowed:
      return false;
    default:
      return true;
  }
}

bool is_break(const Event& event) {
  return event.detail == Detail::killed || is_broken_link(event);
}

bool loses_messages(const Event& event) {
  return event.detail == Detail::down || event.detail == Detail::node_down ||
         event.detail == Detail::forgot_acks || event.detail == Detail::queue_deleted ||
         event.detail == Detail::reply_queue_deleted || event.detail == Detail::queue_purged ||
         event.detail == Detail::binding_lost;
}

}  // namespace castaway::check
