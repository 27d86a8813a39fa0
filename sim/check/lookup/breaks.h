#pragma once
// Breaks: what may take a message away, or keep it from where it belongs.

#include "castaway/check/event.h"

namespace castaway::check {

/// Whether a fault of this nature takes a message away, or keeps it from where it belongs, perhaps
/// for ever.
[[nodiscard]] inline bool diverts(Detail nature) {
  return nature != Detail::copy && nature != Detail::reorder;
}

/// Whether a connection, or a channel of it, broke; one that was closed in order broke nothing.
[[nodiscard]] bool is_broken_link(const Event& event);

/// Whether a connection has ended, or could not be made, and its process knows.
[[nodiscard]] bool is_link_end(const Event& event);

/// Whether the event's actor was killed, or a connection of it broke.
[[nodiscard]] bool is_break(const Event& event);

/// Whether the broker may have lost or changed what lay in its queues.
[[nodiscard]] bool loses_messages(const Event& event);

}  // namespace castaway::check
