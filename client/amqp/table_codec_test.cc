// Tables on the wire: every type of value, as RabbitMQ writes it, and nothing lost on the way.

#include <bit>
#include <stdexcept>
#include <string>
#include <utility>
#include <vector>

#include <gtest/gtest.h>

#include "castaway/amqp/codec.h"

#include "frames_for_test.h"
#include "values_for_test.h"

namespace castaway::amqp {
namespace {

using namespace std::string_literals;

FieldTable read(std::string_view bare) {
  return std::get<QueueDeclare>(decode_method(declare_with(bare))).arguments;
}

/// One value of each type, and its letter and bytes. Source:
/// https://www.rabbitmq.com/amqp-0-9-1-errata.html, section 3.
const std::vector<std::pair<FieldValue, std::string>> letters = {
    {{}, "V"},
    {true, "t\x01"},
    {std::int8_t{-1}, "b\xFF"},
    {std::uint8_t{255}, "B\xFF"},
    {std::int16_t{-2}, "s\xFF\xFE"},
    {std::uint16_t{65534}, "u\xFF\xFE"},
    {std::int32_t{-2}, "I\xFF\xFF\xFF\xFE"},
    {std::uint32_t{4294967294}, "i\xFF\xFF\xFF\xFE"},
    {std::int64_t{-2}, "l\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE"},
    {std::uint64_t{18446744073709551614U}, "L\xFF\xFF\xFF\xFF\xFF\xFF\xFF\xFE"},
    {1.5F, "f\x3F\xC0\0\0"s},
    {-2.0, "d\xC0\0\0\0\0\0\0\0"s},
    {Decimal{2, 314}, "D\x02\0\0\x01\x3A"s},
    {"h\xC3\xA9", "S\0\0\0\x03h\xC3\xA9"s},
    {ByteArray{"\0\xFF"s}, "x\0\0\0\x02\0\xFF"s},
    {Timestamp{1700000000}, "T\0\0\0\0\x65\x53\xF1\0"s},
    {FieldArray{false, "x"}, "A\0\0\0\x08t\0S\0\0\0\x01x"s},
    {FieldTable{{"k", std::uint8_t{7}}}, "F\0\0\0\x04\x01kB\x07"s}};

TEST(TableCodec, WritesAndReadsTheLettersThatRabbitMQUses) {
  ASSERT_EQ(letters.size(), std::variant_size_v<FieldValue::Variant>);
  for (std::size_t i = 0; i < letters.size(); ++i) {
    const auto& [value, bytes] = letters[i];
    EXPECT_EQ(value.value.index(), i);
    EXPECT_EQ(bare_table({{"n", value}}), "\x01n" + bytes);
    EXPECT_TRUE(read("\x01n" + bytes) == (FieldTable{{"n", value}})) << bytes;
  }
}

TEST(TableCodec, KeepsAllThatIsNestedItsOrderAndKeysThatComeTwice) {
  const FieldTable table = every_value();
  const FieldTable nested = {{"z", FieldArray{table, FieldArray{}, FieldArray{table, 1}}},
                             {"a", table},
                             {"z", "again"},
                             {"", FieldTable{}},
                             {"z", "again"}};
  EXPECT_TRUE(read(bare_table(nested)) == nested);
}

TEST(TableCodec, KeepsTheBitsOfWhatIsNoNumber) {
  const FieldTable table = {{"f", std::bit_cast<float>(0x7FA0'0001U)},
                            {"d", std::bit_cast<double>(0xFFF4'0000'0000'0001U)},
                            {"zero", -0.0}};
  const std::string bytes = bare_table(table);
  EXPECT_EQ(bytes.substr(0, 7), "\x01\x66\x66\x7F\xA0\0\x01"s);
  EXPECT_EQ(bare_table(read(bytes)), bytes);
}

TEST(TableCodec, EveryByteButZeroIsTrue) {
  EXPECT_EQ(read("\x01nt\x02"), (FieldTable{{"n", true}}));
}

TEST(TableCodec, WritesTablesAsDeepAsItReadsThem) {
  EXPECT_TRUE(read(bare_table(nested_tables(8))) == nested_tables(8));
  EXPECT_TRUE(read(bare_table(nested_lists(8))) == nested_lists(8));
  for (const FieldTable& deeper : {nested_tables(9), nested_lists(9)}) {
    std::string bytes = "before";
    EXPECT_THROW(static_cast<void>(bare_table(deeper)), std::invalid_argument);
    EXPECT_THROW(append_method(bytes, 1, QueueBind{.arguments = deeper}), std::invalid_argument);
    EXPECT_THROW(append_content(bytes, 1, {.properties = {.headers = deeper}}, 4096),
                 std::invalid_argument);
    EXPECT_EQ(bytes, "before");
  }
}

TEST(TableCodec, RefusesToWriteAKeyThatIsTooLong) {
  const FieldTable longest = {{std::string(255, 'k'), 1}};
  EXPECT_EQ(read(bare_table(longest)), longest);
  const FieldTable longer = {{"outer", FieldTable{{std::string(256, 'k'), 1}}}};
  EXPECT_THROW(static_cast<void>(bare_table(longer)), std::invalid_argument);
}

}  // namespace
}  // namespace castaway::amqp
