#include "frame_filter.h"

#include <gtest/gtest.h>

#include "castaway/amqp/codec.h"

namespace castaway::rabbit {
namespace {

/// A client's side of a connection: deliveries acknowledged between other things.
struct Stream {
  std::string with, without;  ///< the first of two acks
  Stream() {
    with = without = amqp::protocol_header;
    add(amqp::BasicPublish{.routing_key = "q"}, true);
    const amqp::Message message{.properties = {.content_type = "text/plain"},
                                .body = std::string("\0\x3C\0\x50 is no ack in a body", 25)};
    for (std::string* bytes : {&with, &without})
      amqp::append_content(*bytes, 1, message, amqp::frame_min_size);
    add(amqp::BasicAck{.delivery_tag = 1}, false);
    add(amqp::BasicReject{.delivery_tag = 2}, true);
    add(amqp::BasicAck{.delivery_tag = 3, .multiple = true}, true);
  }
  void add(const amqp::Method& method, bool kept) {
    amqp::append_method(with, 0x0102, method);
    if (kept) amqp::append_method(without, 0x0102, method);
  }
};

TEST(FrameFilter, LosesSoManyAcksAndNothingElse) {
  const Stream stream;
  for (const std::size_t step : {std::size_t{1}, std::size_t{7}, stream.with.size()}) {
    AckGate gate;
    gate.lose(1);
    FrameFilter filter(amqp::protocol_header.size(), gate);
    std::string passed;
    for (std::size_t at = 0; at < stream.with.size(); at += step)
      passed += filter.pass(std::string_view(stream.with).substr(at, step));
    EXPECT_EQ(passed, stream.without) << step;
    EXPECT_EQ(gate.lost(), 1);
    EXPECT_EQ(gate.carried(), 1);
  }
}

TEST(FrameFilter, CarriesEverythingUnlessItIsAskedToLose) {
  const Stream stream;
  AckGate gate;
  EXPECT_EQ(FrameFilter(amqp::protocol_header.size(), gate).pass(stream.with), stream.with);
  EXPECT_EQ(gate.carried(), 2);
  EXPECT_EQ(gate.lost(), 0);
}

TEST(FrameFilter, CarriesFramesLongerThanItReadsAtOnce) {
  std::string bytes;
  amqp::append_content(bytes, 1, {.body = std::string(300'000, 'x')}, 128 * 1024);
  AckGate gate;
  EXPECT_EQ(FrameFilter(0, gate).pass(bytes), bytes);
}

}  // namespace
}  // namespace castaway::rabbit
