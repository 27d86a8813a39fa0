#include "told.h"

namespace castaway::sim {

using check::Detail;

Told told(const Disconnect& how) {
  if (!how.half_open) return {.detail = Detail::cut};
  switch (how.way) {
    case Disconnect::Way::to_broker:
      return {.detail = Detail::half_open_to_broker};
    case Disconnect::Way::from_broker:
      return {.detail = Detail::half_open_from_broker};
    case Disconnect::Way::both:
      break;
  }
  return {.detail = Detail::half_open};
}

Told told(const DeleteQueue& which) {
  if (which.queue.empty()) return {.detail = Detail::reply_queue_deleted, .name = which.replies_of};
  return {.detail = Detail::queue_deleted, .name = which.queue};
}

Told told(const Closed& closed, const std::string& link) {
  if (closed.by_us) return {.detail = Detail::closed, .name = link};
  return {.detail = Detail::lost, .name = link, .text = closed.text};
}

}  // namespace castaway::sim
