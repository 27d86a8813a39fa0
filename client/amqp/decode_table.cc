// rabbitmq-c's tables to ours.

#include "castaway/error.h"

#include "rabbitmq_c.h"

namespace castaway::amqp {
namespace {

FieldArray read_array(const amqp_array_t& raw);

FieldValue read_value(const amqp_field_value_t& raw) {
  switch (raw.kind) {
    case AMQP_FIELD_KIND_VOID:
      return {};
    case AMQP_FIELD_KIND_BOOLEAN:
      return raw.value.boolean != 0;
    case AMQP_FIELD_KIND_I8:
      return raw.value.i8;
    case AMQP_FIELD_KIND_U8:
      return raw.value.u8;
    case AMQP_FIELD_KIND_I16:
      return raw.value.i16;
    case AMQP_FIELD_KIND_U16:
      return raw.value.u16;
    case AMQP_FIELD_KIND_I32:
      return raw.value.i32;
    case AMQP_FIELD_KIND_U32:
      return raw.value.u32;
    case AMQP_FIELD_KIND_I64:
      return raw.value.i64;
    case AMQP_FIELD_KIND_U64:
      return raw.value.u64;
    case AMQP_FIELD_KIND_F32:
      return raw.value.f32;
    case AMQP_FIELD_KIND_F64:
      return raw.value.f64;
    case AMQP_FIELD_KIND_DECIMAL:
      return Decimal{raw.value.decimal.decimals, raw.value.decimal.value};
    case AMQP_FIELD_KIND_UTF8:
      return std::string(view_of(raw.value.bytes));
    case AMQP_FIELD_KIND_BYTES:
      return ByteArray{std::string(view_of(raw.value.bytes))};
    case AMQP_FIELD_KIND_TIMESTAMP:
      return Timestamp{raw.value.u64};
    case AMQP_FIELD_KIND_ARRAY:
      return read_array(raw.value.array);
    case AMQP_FIELD_KIND_TABLE:
      return read_table(raw.value.table);
    default:
      throw DecodeError("a table holds a value of unknown type " + std::to_string(raw.kind));
  }
}

FieldArray read_array(const amqp_array_t& raw) {
  FieldArray array;
  array.reserve(static_cast<std::size_t>(raw.num_entries));
  for (int i = 0; i < raw.num_entries; ++i) array.push_back(read_value(raw.entries[i]));
  return array;
}

}  // namespace

FieldTable read_table(const amqp_table_t& raw) {
  FieldTable table;
  for (int i = 0; i < raw.num_entries; ++i) {
    const amqp_table_entry_t& entry = raw.entries[i];
    table.append(std::string(view_of(entry.key)), read_value(entry.value));
  }
  return table;
}

}  // namespace castaway::amqp
