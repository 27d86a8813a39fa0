#include "servers/nats_server.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

namespace castaway::nats {
namespace {

TEST(NatsServer, SaysWhyItDidNotStart) {
  try {
    const NatsServer server({"--no_such_option"});
    FAIL() << "it started";
  } catch (const std::runtime_error& error) {
    EXPECT_NE(std::string(error.what()).find("no_such_option"), std::string::npos) << error.what();
  }
}

}  // namespace
}  // namespace castaway::nats
