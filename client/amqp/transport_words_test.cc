#include "castaway/amqp/transport_words.h"

#include <limits>

#include <gtest/gtest.h>

#include "values_for_test.h"

namespace castaway::amqp {
namespace {

TEST(TransportWords, IntegersAre32BitsWideIfThatIsEnough) {
  const std::int64_t most = std::numeric_limits<std::int32_t>::max();
  const std::int64_t least = std::numeric_limits<std::int32_t>::min();
  const castaway::Table table = {{"a", most},      {"b", most + 1}, {"c", least},
                                 {"d", least - 1}, {"no", false},   {"text", "x"}};
  EXPECT_EQ(to_amqp(table), (FieldTable{{"a", static_cast<std::int32_t>(most)},
                                        {"b", most + 1},
                                        {"c", static_cast<std::int32_t>(least)},
                                        {"d", least - 1},
                                        {"no", false},
                                        {"text", "x"}}));
  EXPECT_EQ(to_transport(to_amqp(table)), table);
}

TEST(TransportWords, ATransportHearsNothingOfTypesThatItDoesNotKnow) {
  const std::string bytes("\0\xFF", 2);
  EXPECT_EQ(to_transport(every_value()),
            (castaway::Table{{"yes", true},
                             {"i8", std::int64_t{-128}},
                             {"u8", std::int64_t{255}},
                             {"i16", std::int64_t{-32768}},
                             {"u16", std::int64_t{65535}},
                             {"i32", std::int64_t{std::numeric_limits<std::int32_t>::min()}},
                             {"u32", std::int64_t{std::numeric_limits<std::uint32_t>::max()}},
                             {"i64", std::numeric_limits<std::int64_t>::min()},
                             {"text", "text"},
                             {"bytes", bytes}}));
}

TEST(TransportWords, OfAKeyThatComesTwiceTheLastValueThatItKnowsCounts) {
  EXPECT_EQ(to_transport(FieldTable{{"a", 1}, {"b", 2}, {"a", "x"}, {"b", FieldTable{}}}),
            (castaway::Table{{"a", "x"}, {"b", std::int64_t{2}}}));
}

const castaway::Message known = {.properties = {.content_type = "application/json",
                                                .content_encoding = "utf-8",
                                                .headers = {{"compression", "gzip"}},
                                                .delivery_mode = std::uint8_t{2},
                                                .priority = std::uint8_t{0},
                                                .expiration = "1000"},
                                 .body = "body"};
const Message same = {.properties = {.content_type = "application/json",
                                     .content_encoding = "utf-8",
                                     .headers = FieldTable{{"compression", "gzip"}},
                                     .delivery_mode = std::uint8_t{2},
                                     .priority = std::uint8_t{0},
                                     .expiration = "1000"},
                      .body = "body"};

TEST(TransportWords, AMessageKeepsWhatATransportKnows) {
  EXPECT_TRUE(to_amqp(known) == same);
  EXPECT_TRUE(to_transport(same) == known);
  Message more = same;
  more.properties.correlation_id = more.properties.reply_to = more.properties.message_id = "x";
  more.properties.timestamp = Timestamp{1};
  more.properties.type = more.properties.user_id = "x";
  more.properties.app_id = more.properties.cluster_id = "x";
  EXPECT_TRUE(to_transport(more) == known);
}

TEST(TransportWords, EmptyPropertiesAreAbsentButForTheHeaders) {
  EXPECT_TRUE(to_amqp(castaway::Message()) == (Message{.properties = {.headers = FieldTable{}}}));
  EXPECT_TRUE(to_transport(Message()) == castaway::Message());
  EXPECT_TRUE(to_transport({.properties = empty_properties()}) ==
              (castaway::Message{
                  .properties = {.delivery_mode = std::uint8_t{0}, .priority = std::uint8_t{0}}}));
}

TEST(TransportWords, APublicationIsNeverImmediate) {
  EXPECT_TRUE(
      to_amqp(castaway::Publication{
          .exchange = "x", .routing_key = "k", .mandatory = true, .message = known}) ==
      (Publication{.exchange = "x", .routing_key = "k", .mandatory = true, .message = same}));
}

TEST(TransportWords, DeclarationsAreWaitedFor) {
  const castaway::Table arguments = {{"x-expires", std::int64_t{1000}}};
  const FieldTable fields = {{"x-expires", 1000}};
  EXPECT_TRUE(
      to_amqp(castaway::ExchangeDeclaration{"x", "fanout", true, false, true, false, arguments}) ==
      (ExchangeDeclare{"x", "fanout", true, false, true, false, false, fields}));
  EXPECT_TRUE(to_amqp(castaway::ExchangeDeclaration{"x", "topic", false, true, false, true, {}}) ==
              (ExchangeDeclare{"x", "topic", false, true, false, true, false, {}}));
  EXPECT_TRUE(to_amqp(castaway::QueueDeclaration{"q", true, false, true, false, arguments}) ==
              (QueueDeclare{"q", true, false, true, false, false, fields}));
  EXPECT_TRUE(to_amqp(castaway::QueueDeclaration{"q", false, true, false, true, {}}) ==
              (QueueDeclare{"q", false, true, false, true, false, {}}));
}

}  // namespace
}  // namespace castaway::amqp
