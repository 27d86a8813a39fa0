// Tables, with all that is in them, to rabbitmq-c's.

#include <cstdint>
#include <stdexcept>
#include <type_traits>
#include <variant>

#include "rabbitmq_c.h"
#include "table_guard.h"

namespace castaway::amqp {
namespace {

amqp_table_t raw_table_at(const FieldTable& table, Pool& pool, int depth);
amqp_array_t raw_array_at(const FieldArray& array, Pool& pool, int depth);

using Held = decltype(amqp_field_value_t::value);

template <class Member>
amqp_field_value_t raw_value(char kind, Member Held::*member,
                             const std::type_identity_t<Member>& held) {
  amqp_field_value_t raw = {};
  raw.kind = static_cast<std::uint8_t>(kind);
  raw.value.*member = held;
  return raw;
}

/// Makes rabbitmq-c's value of ours, whichever type it has.
struct ValueWriter {
  using Raw = amqp_field_value_t;
  Pool& pool;
  int depth = 0;  ///< of the table or list that holds the value

  Raw operator()(std::monostate) const { return raw_value(AMQP_FIELD_KIND_VOID, &Held::u8, 0); }
  Raw operator()(bool held) const {
    return raw_value(AMQP_FIELD_KIND_BOOLEAN, &Held::boolean, held ? 1 : 0);
  }
  Raw operator()(std::int8_t held) const { return raw_value(AMQP_FIELD_KIND_I8, &Held::i8, held); }
  Raw operator()(std::uint8_t held) const { return raw_value(AMQP_FIELD_KIND_U8, &Held::u8, held); }
  Raw operator()(std::int16_t held) const {
    return raw_value(AMQP_FIELD_KIND_I16, &Held::i16, held);
  }
  Raw operator()(std::uint16_t held) const {
    return raw_value(AMQP_FIELD_KIND_U16, &Held::u16, held);
  }
  Raw operator()(std::int32_t held) const {
    return raw_value(AMQP_FIELD_KIND_I32, &Held::i32, held);
  }
  Raw operator()(std::uint32_t held) const {
    return raw_value(AMQP_FIELD_KIND_U32, &Held::u32, held);
  }
  Raw operator()(std::int64_t held) const {
    return raw_value(AMQP_FIELD_KIND_I64, &Held::i64, held);
  }
  Raw operator()(std::uint64_t held) const {
    return raw_value(AMQP_FIELD_KIND_U64, &Held::u64, held);
  }
  Raw operator()(float held) const { return raw_value(AMQP_FIELD_KIND_F32, &Held::f32, held); }
  Raw operator()(double held) const { return raw_value(AMQP_FIELD_KIND_F64, &Held::f64, held); }
  Raw operator()(Decimal held) const {
    return raw_value(AMQP_FIELD_KIND_DECIMAL, &Held::decimal, {held.scale, held.value});
  }
  Raw operator()(const std::string& held) const {
    return raw_value(AMQP_FIELD_KIND_UTF8, &Held::bytes, bytes_of(held));
  }
  Raw operator()(const ByteArray& held) const {
    return raw_value(AMQP_FIELD_KIND_BYTES, &Held::bytes, bytes_of(held.bytes));
  }
  Raw operator()(Timestamp held) const {
    return raw_value(AMQP_FIELD_KIND_TIMESTAMP, &Held::u64, held.seconds);
  }
  Raw operator()(const FieldArray& held) const {
    return raw_value(AMQP_FIELD_KIND_ARRAY, &Held::array, raw_array_at(held, pool, depth + 1));
  }
  Raw operator()(const FieldTable& held) const {
    return raw_value(AMQP_FIELD_KIND_TABLE, &Held::table, raw_table_at(held, pool, depth + 1));
  }
};

void refuse_deeper(int depth) {
  if (depth > deepest_table) {
    throw std::invalid_argument("a table is nested more than " + std::to_string(deepest_table) +
                                " deep");
  }
}

/// rabbitmq-c would write all of a longer key, behind a length of one byte.
amqp_bytes_t raw_key(const std::string& key) {
  if (key.size() > 255) throw std::invalid_argument("a key of a table is longer than 255 bytes");
  return bytes_of(key);
}

amqp_table_t raw_table_at(const FieldTable& table, Pool& pool, int depth) {
  refuse_deeper(depth);
  const ValueWriter writer{pool, depth};
  amqp_table_t raw = {0, pool.make<amqp_table_entry_t>(table.size())};
  for (const FieldEntry& entry : table) {
    raw.entries[raw.num_entries++] = {raw_key(entry.key), std::visit(writer, entry.value.value)};
  }
  return raw;
}

amqp_array_t raw_array_at(const FieldArray& array, Pool& pool, int depth) {
  refuse_deeper(depth);
  const ValueWriter writer{pool, depth};
  amqp_array_t raw = {0, pool.make<amqp_field_value_t>(array.size())};
  for (const FieldValue& value : array)
    raw.entries[raw.num_entries++] = std::visit(writer, value.value);
  return raw;
}

}  // namespace

amqp_table_t raw_table(const FieldTable& table, Pool& pool) { return raw_table_at(table, pool, 1); }

}  // namespace castaway::amqp
