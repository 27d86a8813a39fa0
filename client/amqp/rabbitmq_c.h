#pragma once
// rabbitmq-c behind its codecs: its memory, its strings and its tables.

#include <string>
#include <string_view>

#include <amqp.h>
#include <amqp_framing.h>

#include "castaway/amqp/field_table.h"

namespace castaway::amqp {

/// Memory that lives as long as what is being read or written.
class Pool final {
 public:
  Pool() { init_amqp_pool(&pool_, page); }
  ~Pool() { empty_amqp_pool(&pool_); }
  Pool(const Pool&) = delete;
  Pool& operator=(const Pool&) = delete;

  amqp_pool_t* get() { return &pool_; }
  template <class T>
  T* make(std::size_t count) {
    return static_cast<T*>(amqp_pool_alloc(&pool_, count * sizeof(T)));
  }

 private:
  /// Bytes, and all of them are zeroed: it is made for each frame, and most need none or little.
  static constexpr std::size_t page = 256;
  amqp_pool_t pool_ = {};
};

/// The same bytes, not copied.
[[nodiscard]] amqp_bytes_t bytes_of(std::string_view text);
[[nodiscard]] std::string_view view_of(amqp_bytes_t bytes);

/// Texts are not copied: `table` outlives what is made of it.
/// Throws: std::invalid_argument if it is nested too deep to be read again, or a key is longer than
/// 255 bytes.
[[nodiscard]] amqp_table_t raw_table(const FieldTable& table, Pool& pool);

/// All of it. It is nested no deeper than the table guard allows, which looked at it before
/// rabbitmq-c did.
[[nodiscard]] FieldTable read_table(const amqp_table_t& raw);

}  // namespace castaway::amqp
