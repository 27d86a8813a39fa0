#include "rabbitmq_c.h"

namespace castaway::amqp {

amqp_bytes_t bytes_of(std::string_view text) {
  // Its codecs do not write to what they are given, but their types do not say so.
  return {text.size(), const_cast<char*>(text.data())};
}

std::string_view view_of(amqp_bytes_t bytes) {
  return {static_cast<const char*>(bytes.bytes), bytes.len};
}

}  // namespace castaway::amqp
