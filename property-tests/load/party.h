#pragma once
// Names that both sides use, and events that nobody here waits for.

#include <cstdint>
#include <string>

#include "castaway/transport.h"

#include "flow.h"

namespace castaway::load {

inline constexpr const char* exchange = "openstack";

/// Of one publisher: the queue, and the routing key.
inline std::string topic_of(std::uint64_t publisher) { return "load-" + std::to_string(publisher); }

class Party : public ConnectionEvents {
 public:
  void opened() override {}
  void completed(RequestNumber /*request*/) override {}
  void confirmed(std::uint64_t /*tag*/, bool /*multiple*/, bool /*ack*/) override {}
  void returned(Returned /*returned*/) override {}
  void delivered(Delivery /*delivery*/) override {}
  void cancelled(const std::string& /*consumer_tag*/) override {}
};

}  // namespace castaway::load
