#pragma once
// Deaf: the events of a connection for whoever hears none of them, or, derived from, some of them.
// Only tests include this.

#include <string>

#include "castaway/transport.h"

namespace castaway::sim {

struct Deaf : ConnectionEvents {
  void opened() override {}
  void completed(RequestNumber) override {}
  void confirmed(std::uint64_t, bool, bool) override {}
  void returned(Returned) override {}
  void delivered(Delivery) override {}
  void cancelled(const std::string&) override {}
  void closed(Closed) override {}
};

}  // namespace castaway::sim
