#include "headers.h"

#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "escape.h"

namespace castaway::nats {
namespace {

using testing::ElementsAre;
using testing::Pair;
using namespace std::string_literals;

const Publication full = {
    .exchange = "openstack",
    .routing_key = "compute.host-1",
    .message = {.properties = {.content_type = "application/json",
                               .content_encoding = "utf-8",
                               .headers = {{"x-yes", true},
                                           {"x-no", false},
                                           {"x-least", std::numeric_limits<std::int64_t>::min()},
                                           {"x-nothing", ""},
                                           {"x: odd\r\nname", "two\r\nlines, and a \0 byte"s}},
                               .delivery_mode = std::uint8_t{2},
                               .priority = std::uint8_t{0},
                               .expiration = "5000"}}};

TEST(Headers, LookLikeThis) {
  EXPECT_THAT(headers_of({.exchange = "openstack",
                          .routing_key = "compute.host-1",
                          .message = {.properties = {.content_type = "application/json",
                                                     .headers = {{"x-attempt", 2}},
                                                     .priority = std::uint8_t{0}}}}),
              ElementsAre(Pair("exchange", "openstack"), Pair("routing_key", "compute.host-1"),
                          Pair("content_type", "application/json"), Pair("priority", "0"),
                          Pair("headers.x-attempt", "i2")));
}

TEST(Headers, BringBackAddressAndProperties) {
  const Delivery delivery = delivery_of(headers_of(full));
  EXPECT_EQ(delivery.exchange, full.exchange);
  EXPECT_EQ(delivery.routing_key, full.routing_key);
  EXPECT_EQ(delivery.message.properties, full.message.properties);
}

TEST(Headers, OfAnEmptyPublicationAreNone) {
  EXPECT_TRUE(headers_of({}).empty());
  EXPECT_EQ(delivery_of({}).message, Message());
}

TEST(Headers, OfOthersAreLeftOut) {
  const Delivery delivery = delivery_of({{"Nats-Msg-Id", "1"},
                                         {"priority", "300"},
                                         {"delivery_mode", "two"},
                                         {"headers.x", "i"},
                                         {"headers.y", "x1"},
                                         {"headers.z", ""}});
  EXPECT_EQ(delivery.message, Message());
}

TEST(Escaped, IsOfLettersDigitsAndWhatIsHarmless) {
  EXPECT_EQ(escaped("a.b*>c d%"), "a%2Eb%2A%3Ec%20d%25");
  EXPECT_EQ(escaped("a.b", "."), "a.b");
  EXPECT_EQ(escaped(""), "%");
}

TEST(Unescaped, IsWhatWasEscaped) {
  std::string every;
  for (int byte = 0; byte < 256; ++byte) every += static_cast<char>(byte);
  EXPECT_EQ(unescaped(escaped(every)), every);
  EXPECT_EQ(unescaped(escaped("")), "");
  for (const char* odd : {"%4", "50%", "%zz", "%+1", "%%"}) EXPECT_EQ(unescaped(odd), odd);
}

}  // namespace
}  // namespace castaway::nats
