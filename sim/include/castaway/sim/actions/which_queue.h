#pragma once
// WhichQueue: a queue by its name, or by its role. The names of fanout and reply queues end in an
// id that is drawn anew in each run, so a rule cannot know them.

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

enum class QueueRole : std::uint8_t { own, fanout, replies };

struct WhichQueue {
  std::string queue = {};  ///< its name; if empty, the queue has a role
  QueueRole role = QueueRole::own;
  std::string whose = {};  ///< the process that consumes from it

  /// "queue t", "the fanout queue of host-1"
  [[nodiscard]] std::string in_words() const;
  /// The queues there are, which may be none.
  [[nodiscard]] std::vector<std::string> in(World& world) const;
};

/// The fields of an action that is about a queue, of which a rule gives one.
template <class A>
constexpr void visit_queue(auto& visit) {
  visit("queue", &A::queue,
        {.about = "By its name. A topic's is called as the topic.", .names = Named::queue});
  visit("queue_of", &A::queue_of,
        {.about = "The queue of this server alone, which takes what names it.",
         .names = Named::server});
  visit("fanout_of", &A::fanout_of,
        {.about = "The fanout queue of this server.", .names = Named::server});
  if constexpr (requires { &A::replies_of; })
    visit("replies_of", &A::replies_of,
          {.about = "The reply queue of this client.", .names = Named::client});
}

/// How many of those fields are given.
template <class A>
[[nodiscard]] int queues_given(const A& action) {
  int given = 0;
  const auto count = [&](const char*, std::string A::*field, const FieldInfo&) {
    given += (action.*field).empty() ? 0 : 1;
  };
  visit_queue<A>(count);
  return given;
}

/// Requires: one of those fields is given.
template <class A>
[[nodiscard]] WhichQueue which_queue(const A& action) {
  if (!action.queue_of.empty()) return {.role = QueueRole::own, .whose = action.queue_of};
  if (!action.fanout_of.empty()) return {.role = QueueRole::fanout, .whose = action.fanout_of};
  if constexpr (requires { action.replies_of; }) {
    if (!action.replies_of.empty()) return {.role = QueueRole::replies, .whose = action.replies_of};
  }
  return {.queue = action.queue};
}

/// Those of the queues that have this role; `consumed` are all from which one process consumes.
[[nodiscard]] std::vector<std::string> with_role(const std::vector<std::string>& consumed,
                                                 std::string_view process, QueueRole role);

/// Why a rule that does not give just one of them makes no sense; empty if it gives one.
template <class A>
[[nodiscard]] std::string wrong_queue(const A& action) {
  if (queues_given(action) == 1) return "";
  return std::string("\"") + A::name + "\" says which queue by one of " +
         (requires { action.replies_of; }
              ? "\"queue\", \"queue_of\", \"fanout_of\" and \"replies_of\"."
              : "\"queue\", \"queue_of\" and \"fanout_of\".");
}

}  // namespace castaway::sim
