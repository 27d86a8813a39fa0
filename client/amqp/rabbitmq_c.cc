#include "rabbitmq_c.h"

#include <cstdint>
#include <limits>
#include <optional>

namespace castaway::amqp {
namespace {

/// Integers as py-amqp writes them: 32 bits if that is enough.
amqp_field_value_t raw_value(const TableValue& value) {
  amqp_field_value_t raw = {};
  if (const bool* truth = std::get_if<bool>(&value)) {
    raw.kind = AMQP_FIELD_KIND_BOOLEAN;
    raw.value.boolean = *truth ? 1 : 0;
  } else if (const std::string* text = std::get_if<std::string>(&value)) {
    raw.kind = AMQP_FIELD_KIND_UTF8;
    raw.value.bytes = bytes_of(*text);
  } else {
    const std::int64_t number = std::get<std::int64_t>(value);
    using Narrow = std::numeric_limits<std::int32_t>;
    if (number >= Narrow::min() && number <= Narrow::max()) {
      raw.kind = AMQP_FIELD_KIND_I32;
      raw.value.i32 = static_cast<std::int32_t>(number);
    } else {
      raw.kind = AMQP_FIELD_KIND_I64;
      raw.value.i64 = number;
    }
  }
  return raw;
}

std::optional<TableValue> read_value(const amqp_field_value_t& raw) {
  switch (raw.kind) {
    case AMQP_FIELD_KIND_BOOLEAN:
      return raw.value.boolean != 0;
    case AMQP_FIELD_KIND_I8:
      return std::int64_t{raw.value.i8};
    case AMQP_FIELD_KIND_U8:
      return std::int64_t{raw.value.u8};
    case AMQP_FIELD_KIND_I16:
      return std::int64_t{raw.value.i16};
    case AMQP_FIELD_KIND_U16:
      return std::int64_t{raw.value.u16};
    case AMQP_FIELD_KIND_I32:
      return std::int64_t{raw.value.i32};
    case AMQP_FIELD_KIND_U32:
      return std::int64_t{raw.value.u32};
    case AMQP_FIELD_KIND_I64:
      return raw.value.i64;
    case AMQP_FIELD_KIND_UTF8:
    case AMQP_FIELD_KIND_BYTES:
      return std::string(view_of(raw.value.bytes));
    default:
      return std::nullopt;
  }
}

}  // namespace

amqp_bytes_t bytes_of(std::string_view text) {
  // Its codecs do not write to what they are given, but their types do not say so.
  return {text.size(), const_cast<char*>(text.data())};
}

std::string_view view_of(amqp_bytes_t bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

amqp_table_t raw_table(const Table& table, Pool& pool, std::size_t more) {
  amqp_table_t raw = {0, pool.make<amqp_table_entry_t>(table.size() + more)};
  for (const auto& [key, value] : table)
    raw.entries[raw.num_entries++] = {bytes_of(key), raw_value(value)};
  return raw;
}

Table read_table(const amqp_table_t& raw) {
  Table table;
  for (int i = 0; i < raw.num_entries; ++i) {
    const amqp_table_entry_t& entry = raw.entries[i];
    if (auto value = read_value(entry.value))
      table.insert_or_assign(std::string(view_of(entry.key)), std::move(*value));
  }
  return table;
}

}  // namespace castaway::amqp
