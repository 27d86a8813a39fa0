// The fourteen properties of a content: each is there or not, and an empty one is there.

#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/amqp/codec.h"

#include "frames_for_test.h"
#include "values_for_test.h"

namespace castaway::amqp {
namespace {

using namespace std::string_literals;

/// The payload of a content header, behind class, weight and size.
std::string written(const Properties& properties) {
  std::string bytes;
  append_content(bytes, 1, {.properties = properties}, frame_min_size);
  return frames_of(bytes).at(0).payload.substr(12);
}

Properties read(const std::string& properties) {
  return decode_content_header("\0\x3C\0\0\0\0\0\0\0\0\0\0"s + properties).properties;
}

TEST(PropertiesCodec, KeepsAllFourteen) {
  EXPECT_EQ(written(every_property()).substr(0, 2), "\xFF\xFC"s);
  EXPECT_TRUE(read(written(every_property())) == every_property());
}

TEST(PropertiesCodec, KeepsThemApartFromEmptyOnes) {
  EXPECT_EQ(written({}), "\0\0"s);
  EXPECT_TRUE(read("\0\0"s) == Properties());
  // Three short strings, a table of no bytes, and numbers that are zero.
  const std::string empty =
      "\xFF\xFC"s
      "\0\0"s
      "\0\0\0\0"s
      "\0\0"s
      "\0\0\0\0"s
      "\0\0\0\0\0\0\0\0"s
      "\0\0\0\0"s;
  EXPECT_EQ(written(empty_properties()), empty);
  EXPECT_TRUE(read(empty) == empty_properties());
}

TEST(PropertiesCodec, KeepsEachAlone) {
  const std::vector<std::pair<Properties, std::string>> alone = {
      {{.content_type = "t"}, "\x80\0\x01t"s},
      {{.content_encoding = "e"}, "\x40\0\x01\x65"s},
      {{.headers = FieldTable{{"h", true}}}, "\x20\0\0\0\0\x04\x01ht\x01"s},
      {{.delivery_mode = std::uint8_t{1}}, "\x10\0\x01"s},
      {{.priority = std::uint8_t{255}}, "\x08\0\xFF"s},
      {{.correlation_id = "c"}, "\x04\0\x01\x63"s},
      {{.reply_to = "r"}, "\x02\0\x01r"s},
      {{.expiration = "1"}, "\x01\0\x01\x31"s},
      {{.message_id = "m"}, "\0\x80\x01m"s},
      {{.timestamp = Timestamp{258}}, "\0\x40\0\0\0\0\0\0\x01\x02"s},
      {{.type = "t"}, "\0\x20\x01t"s},
      {{.user_id = "u"}, "\0\x10\x01u"s},
      {{.app_id = "a"}, "\0\x08\x01\x61"s},
      {{.cluster_id = "c"}, "\0\x04\x01\x63"s}};
  ASSERT_EQ(alone.size(), 14U);
  for (const auto& [properties, bytes] : alone) {
    EXPECT_EQ(written(properties), bytes);
    EXPECT_TRUE(read(bytes) == properties);
  }
}

TEST(PropertiesCodec, RefusesToWriteATextThatIsTooLong) {
  EXPECT_EQ(read(written({.reply_to = std::string(255, 'r')})).reply_to, std::string(255, 'r'));
  std::string bytes = "before";
  EXPECT_THROW(append_content(bytes, 1, {.properties = {.reply_to = std::string(256, 'r')}}, 4096),
               std::invalid_argument);
  EXPECT_EQ(bytes, "before");
}

}  // namespace
}  // namespace castaway::amqp
