#pragma once
// Deaf: connection events that do nothing. Derive from it to handle only some of them. Only tests
// include this.

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
