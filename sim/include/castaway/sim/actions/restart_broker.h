#pragma once
// RestartBroker: the broker goes down, and comes back after a while with what it keeps.
//
// Source: RabbitMQ, rabbit_queue_index: acks are journalled, and written when there is time.

#include <string>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct RestartBroker {
  Duration for_ = {};
  bool keep_durable = true;  ///< durable queues with their persistent messages; else nothing
  /// What was settled in this last time before the restart is in durable queues again: the
  /// settlement was not on disk yet.
  Duration forget_acks = {};

  static constexpr const char* name = "restart_broker";
  static constexpr const char* about = "The broker goes down, and all connections with it.";
  static constexpr auto nature = check::Detail::broker_change;
  static constexpr Edge edge = Edge::broker;
  static constexpr void fields(auto visit) {
    visit("for", &RestartBroker::for_, {.about = "It is down for so long.", .shrinks = true});
    visit("keep_durable", &RestartBroker::keep_durable,
          {.about = "Whether durable queues keep their messages; true if not given."});
    visit(
        "forget_acks", &RestartBroker::forget_acks,
        {.about = "What was acknowledged in these last moments is in durable queues again; nothing "
                  "if not given."});
  }
  [[nodiscard]] std::string wrong(const On&) const {
    if (forget_acks <= Duration::zero() || keep_durable) return "";
    return "A broker that keeps nothing delivers nothing again: \"forget_acks\" needs "
           "\"keep_durable\".";
  }
  static std::string why_not_over(const On&, const Capabilities&) {
    return "the broker is real, and perhaps others' too: it is not restarted";
  }
  void strike(SimulatedWorld& world, const On& on, check::EventIndex cause) const;
  friend bool operator==(const RestartBroker&, const RestartBroker&) = default;
};

}  // namespace castaway::sim
