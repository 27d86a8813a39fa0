#include "oslo_peer.h"

#include <memory>
#include <stdexcept>

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace castaway::interop {
namespace {

// The Python whose oslo.messaging is Debian's.
const std::vector<std::string> program = {"/usr/bin/python3", "-B",
                                          CASTAWAY_SOURCE_DIR "/client/interop/oslo_peer.py"};

std::unique_ptr<OsloPeer> the_peer;

/// Ends it before the program does.
class EndThePeer final : public testing::Environment {
  void TearDown() override { the_peer.reset(); }
};
const auto* const registered = testing::AddGlobalTestEnvironment(new EndThePeer);

}  // namespace

OsloPeer::OsloPeer() try : Peer(program) {
} catch (const std::runtime_error&) {
  throw std::runtime_error(
      "oslo.messaging cannot be used, for the reason above; ci/packages/install broker installs "
      "python3-oslo.messaging");
}

OsloPeer& OsloPeer::shared() {
  if (!the_peer) the_peer = std::make_unique<OsloPeer>();
  return *the_peer;
}

}  // namespace castaway::interop
