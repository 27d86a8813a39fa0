#pragma once
// Values for tests: tables and properties in which everything occurs.

#include <limits>
#include <string>

#include "castaway/amqp/message.h"

namespace castaway::amqp {

/// A table with a value of each type.
inline FieldTable every_value() {
  return {{"void", {}},
          {"yes", true},
          {"i8", std::int8_t{-128}},
          {"u8", std::uint8_t{255}},
          {"i16", std::int16_t{-32768}},
          {"u16", std::uint16_t{65535}},
          {"i32", std::numeric_limits<std::int32_t>::min()},
          {"u32", std::numeric_limits<std::uint32_t>::max()},
          {"i64", std::numeric_limits<std::int64_t>::min()},
          {"u64", std::numeric_limits<std::uint64_t>::max()},
          {"float", 0.25F},
          {"double", -1e300},
          {"decimal", Decimal{255, 4294967295}},
          {"text", "text"},
          {"bytes", ByteArray{std::string("\0\xFF", 2)}},
          {"time", Timestamp{std::numeric_limits<std::uint64_t>::max()}},
          {"list", FieldArray{{}, false, "", FieldArray{}, FieldTable{{"in a list", 1}}}},
          {"table", FieldTable{{"twice", 1}, {"twice", "x"}}}};
}

/// Every property is there, and none is empty.
inline Properties every_property() {
  return {.content_type = "application/json",
          .content_encoding = "utf-8",
          .headers = every_value(),
          .delivery_mode = std::uint8_t{2},
          .priority = std::uint8_t{9},
          .correlation_id = "correlation",
          .reply_to = "reply",
          .expiration = "1000",
          .message_id = "message",
          .timestamp = Timestamp{1700000000},
          .type = "type",
          .user_id = "guest",
          .app_id = "app",
          .cluster_id = "cluster"};
}

/// Every property is there, and all are empty.
inline Properties empty_properties() {
  return {.content_type = "",
          .content_encoding = "",
          .headers = FieldTable{},
          .delivery_mode = std::uint8_t{0},
          .priority = std::uint8_t{0},
          .correlation_id = "",
          .reply_to = "",
          .expiration = "",
          .message_id = "",
          .timestamp = Timestamp{},
          .type = "",
          .user_id = "",
          .app_id = "",
          .cluster_id = ""};
}

/// So many tables, each but the last with the next in it.
inline FieldTable nested_tables(int depth) {
  FieldTable table;
  for (int i = 1; i < depth; ++i) table = {{"inner", std::move(table)}};
  return table;
}

/// A table with a list in it, that holds a list, and so on: `depth` in all.
inline FieldTable nested_lists(int depth) {
  FieldArray list;
  for (int i = 2; i < depth; ++i) {
    FieldArray outer;
    outer.emplace_back(std::move(list));
    list = std::move(outer);
  }
  return {{"list", std::move(list)}};
}

}  // namespace castaway::amqp
