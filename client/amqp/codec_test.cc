// The codec against itself: what is written is read as the same.

#include "castaway/amqp/codec.h"

#include <stdexcept>
#include <string>

#include <gtest/gtest.h>

#include "castaway/amqp/frame.h"
#include "castaway/error.h"

#include "frames_for_test.h"
#include "values_for_test.h"

namespace castaway::amqp {
namespace {

/// Written into a frame, and read from it again.
Method there_and_back(const Method& method) {
  std::string bytes;
  append_method(bytes, 1, method);
  const std::vector<OwnedFrame> frames = frames_of(bytes);
  EXPECT_EQ(frames.size(), 1U);
  return decode_method(frames.at(0).payload);
}

TEST(Codec, ReadsEveryMethodThatItWrites) {
  const FieldTable table = every_value();
  const std::vector<Method> methods = {
      ConnectionStart{.server_properties = {{"capabilities", FieldTable{{"basic.nack", true}}},
                                            {"product", "p"}},
                      .mechanisms = "PLAIN AMQPLAIN"},
      ConnectionStartOk{
          .client_properties = table, .mechanism = "PLAIN", .response = std::string("\0a\0b", 4)},
      ConnectionSecure{"who?"},
      ConnectionSecureOk{"me"},
      ConnectionTune{2047, 131072, 60},
      ConnectionTuneOk{1, 4096, 1},
      ConnectionOpen{"/a"},
      ConnectionOpenOk{},
      ConnectionClose{320, "CONNECTION_FORCED", 10, 50},
      ConnectionCloseOk{},
      ConnectionBlocked{"low on memory"},
      ConnectionUnblocked{},
      ChannelOpen{},
      ChannelOpenOk{},
      ChannelFlow{false},
      ChannelFlowOk{false},
      ChannelClose{404, "NOT_FOUND", 50, 10},
      ChannelCloseOk{},
      ExchangeDeclare{"x", "direct", true, true, true, true, true, table},
      ExchangeDeclareOk{},
      ExchangeDelete{"x", true, true},
      ExchangeDeleteOk{},
      ExchangeBind{"y", "x", "k", true, table},
      ExchangeBindOk{},
      ExchangeUnbind{"y", "x", "k", true, table},
      ExchangeUnbindOk{},
      QueueDeclare{"q", true, true, true, true, true, table},
      QueueDeclareOk{"q", 7, 8},
      QueueBind{"q", "x", "k", true, table},
      QueueBindOk{},
      QueueUnbind{"q", "x", "k", table},
      QueueUnbindOk{},
      QueuePurge{"q", true},
      QueuePurgeOk{9},
      QueueDelete{"q", true, true, true},
      QueueDeleteOk{9},
      BasicQos{1, 2, true},
      BasicQosOk{},
      BasicConsume{"q", "t", true, true, true, true, table},
      BasicConsumeOk{"t"},
      BasicCancel{"t", true},
      BasicCancelOk{"t"},
      BasicPublish{"x", "k", true, true},
      BasicReturn{312, "NO_ROUTE", "x", "k"},
      BasicDeliver{"t", std::uint64_t{1} << 50, true, "x", "k"},
      BasicGet{"q", true},
      BasicGetOk{3, true, "x", "k", 4},
      BasicGetEmpty{},
      BasicAck{5, true},
      BasicReject{5, false},
      BasicRecover{true},
      BasicRecoverOk{},
      BasicNack{5, true, false},
      ConfirmSelect{true},
      ConfirmSelectOk{},
      TxSelect{},
      TxSelectOk{},
      TxCommit{},
      TxCommitOk{},
      TxRollback{},
      TxRollbackOk{}};
  ASSERT_EQ(methods.size(), std::variant_size_v<Method::variant>);
  for (std::size_t i = 0; i < methods.size(); ++i) {
    EXPECT_EQ(methods[i].index(), i);
    Method read = there_and_back(methods[i]);
    EXPECT_TRUE(read == methods[i]) << name_of(methods[i]);
  }
}

TEST(Codec, NumbersMethodsAsTheSpecificationDoes) {
  EXPECT_EQ(number_of(ConnectionStart{}), (MethodNumber{10, 10}));
  EXPECT_EQ(number_of(QueueUnbindOk{}), (MethodNumber{50, 51}));
  EXPECT_EQ(number_of(BasicNack{}), (MethodNumber{60, 120}));
  EXPECT_EQ(number_of(ConfirmSelectOk{}), (MethodNumber{85, 11}));
  EXPECT_EQ(number_of(ExchangeUnbindOk{}), (MethodNumber{40, 51}));
  EXPECT_EQ(number_of(TxRollback{}), (MethodNumber{90, 30}));
}

TEST(Codec, CutsABodyIntoFramesAndKeepsItsProperties) {
  const Message message = {.properties = {.content_type = "application/json",
                                          .content_encoding = "utf-8",
                                          .headers = FieldTable{{"compression", "gzip"}},
                                          .delivery_mode = 2,
                                          .priority = 0,
                                          .expiration = "1000"},
                           .body = std::string(10'000, 'b')};
  std::string bytes;
  append_content(bytes, 3, message, 4096);
  const std::vector<OwnedFrame> frames = frames_of(bytes);
  ASSERT_EQ(frames.size(), 4U);
  const ContentHeader header = decode_content_header(frames[0].payload);
  EXPECT_EQ(header, (ContentHeader{10'000, message.properties}));
  std::string body;
  for (std::size_t i = 1; i < frames.size(); ++i) {
    EXPECT_EQ(frames[i].type, FrameType::body);
    EXPECT_EQ(frames[i].channel, 3);
    EXPECT_LE(frames[i].payload.size() + frame_overhead, 4096U);
    body += frames[i].payload;
  }
  EXPECT_EQ(body, message.body);
}

TEST(Codec, AnEmptyBodyHasNoFrame) {
  std::string bytes;
  append_content(bytes, 1, {}, frame_min_size);
  ASSERT_EQ(frames_of(bytes).size(), 1U);
  EXPECT_EQ(decode_content_header(frames_of(bytes)[0].payload), ContentHeader{});
}

TEST(Codec, LongTablesAreWrittenWhole) {
  FieldTable table;
  for (int i = 0; i < 500; ++i) table.append(std::to_string(i), std::string(100, 'x'));
  const Method method = QueueDeclare{.queue = "q", .arguments = table};
  EXPECT_EQ(there_and_back(method), method);
}

TEST(Codec, RefusesToWriteWhatNoFrameCanHold) {
  std::string bytes = "before";
  EXPECT_THROW(append_method(bytes, 1, QueueDelete{.queue = std::string(256, 'q')}),
               std::invalid_argument);
  const FieldTable table = {{"long", std::string(200'000, 'x')}};
  EXPECT_THROW(append_method(bytes, 1, QueueBind{.arguments = table}), std::invalid_argument);
  EXPECT_THROW(append_content(bytes, 1, {.properties = {.headers = table}}, 4096),
               std::invalid_argument);
  EXPECT_EQ(bytes, "before");
}

TEST(Codec, WritesABareTableAsAmqplainWantsIt) {
  EXPECT_EQ(bare_table({{"LOGIN", "guest"}, {"PASSWORD", "guest"}}),
            std::string("\x05LOGINS\0\0\0\x05guest\x08PASSWORDS\0\0\0\x05guest", 35));
}

}  // namespace
}  // namespace castaway::amqp
