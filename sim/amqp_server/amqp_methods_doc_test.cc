// docs/reference/amqp-methods.md has a row for each method that a client may say.

#include <fstream>
#include <iterator>
#include <set>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "method_shapes.h"

namespace castaway::sim::server {
namespace {

std::string page() {
  std::ifstream file(CASTAWAY_SOURCE_DIR "/docs/reference/amqp-methods.md");
  return {std::istreambuf_iterator<char>(file), {}};
}

/// Those of the connection and those that answer the broker have no other mark.
const std::set<std::string_view> said_by_clients = {
    "connection.start-ok", "connection.secure-ok",     "connection.tune-ok",
    "connection.open",     "connection.close",         "connection.close-ok",
    "channel.close-ok",    "connection.update-secret", "channel.flow-ok"};

TEST(AmqpMethodsDocument, HasEachMethodThatAClientMaySay) {
  const std::string text = page();
  std::size_t methods = 0;
  for (std::uint16_t class_id = 10; class_id <= 90; ++class_id) {
    for (std::uint16_t method_id = 10; method_id <= 120; ++method_id) {
      const MethodShape* const shape = shape_of({class_id, method_id});
      if (shape == nullptr) continue;
      const bool by_clients = said_by_clients.contains(shape->name) || is_request(shape->number);
      if (!by_clients) continue;
      ++methods;
      EXPECT_THAT(text, testing::HasSubstr("`" + std::string(shape->name) + "`"));
    }
  }
  EXPECT_EQ(methods, 36U);
}

}  // namespace
}  // namespace castaway::sim::server
