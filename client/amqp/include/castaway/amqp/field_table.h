#pragma once
// FieldTable: a table of AMQP 0-9-1 with all types of values, nested as deep as it came, in the
// order in which it was written.
//
// A broker hands tables on as it got them, so nothing of them may be lost: not the width of an
// integer, not the order, not a key that comes twice.
// Source: AMQP 0-9-1, 4.2.5.5; RabbitMQ, https://www.rabbitmq.com/amqp-0-9-1-errata.html,
// section 3.

#include <concepts>
#include <cstddef>
#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

namespace castaway::amqp {

struct FieldValue;
struct FieldEntry;
using FieldArray = std::vector<FieldValue>;

class FieldTable final {
 public:
  FieldTable() noexcept;
  FieldTable(std::initializer_list<FieldEntry> entries);
  FieldTable(const FieldTable&);
  FieldTable(FieldTable&&) noexcept;
  FieldTable& operator=(const FieldTable&);
  FieldTable& operator=(FieldTable&&) noexcept;
  ~FieldTable();

  /// The first value of this key; null if there is none. The next change of the table moves it.
  [[nodiscard]] const FieldValue* find(std::string_view key) const;
  [[nodiscard]] bool contains(std::string_view key) const { return find(key) != nullptr; }
  /// Replaces the first value of this key, or appends it.
  void set(std::string key, FieldValue value);
  /// Appends, even if there is such a key.
  void append(std::string key, FieldValue value);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] const FieldEntry* begin() const;
  [[nodiscard]] const FieldEntry* end() const;

  friend bool operator==(const FieldTable& a, const FieldTable& b);

 private:
  std::vector<FieldEntry> entries_;
};

/// value / 10^scale.
struct Decimal {
  std::uint8_t scale = 0;
  std::uint32_t value = 0;
  friend bool operator==(const Decimal&, const Decimal&) = default;
};

/// Seconds since 1970.
struct Timestamp {
  std::uint64_t seconds = 0;
  friend bool operator==(const Timestamp&, const Timestamp&) = default;
};

/// Bytes that are no text (type x).
struct ByteArray {
  std::string bytes = {};
  friend bool operator==(const ByteArray&, const ByteArray&) = default;
};

/// A value of a table; monostate is void.
struct FieldValue {
  using Variant =
      std::variant<std::monostate, bool, std::int8_t, std::uint8_t, std::int16_t, std::uint16_t,
                   std::int32_t, std::uint32_t, std::int64_t, std::uint64_t, float, double, Decimal,
                   std::string, ByteArray, Timestamp, FieldArray, FieldTable>;

  FieldValue();
  FieldValue(const FieldValue&);
  FieldValue(FieldValue&&) noexcept;
  FieldValue& operator=(const FieldValue&);
  FieldValue& operator=(FieldValue&&) noexcept;
  ~FieldValue();
  /// Exactly one of the types: 1 is 32 bits wide, and std::int64_t{1} is 64.
  template <class T>
  requires(!std::same_as<T, FieldValue> && !std::convertible_to<T, const char*>) FieldValue(T given)
      : value(std::in_place_type<T>, std::move(given)) {}
  FieldValue(const char* text) : value(std::in_place_type<std::string>, text) {}

  template <class T>
  [[nodiscard]] const T* get() const {
    return std::get_if<T>(&value);
  }
  /// Its value if it is an integer of any width that 64 signed bits can hold.
  [[nodiscard]] std::optional<std::int64_t> integer() const;

  friend bool operator==(const FieldValue& a, const FieldValue& b);

  Variant value = {};
};

struct FieldEntry {
  std::string key = {};
  FieldValue value = {};
  friend bool operator==(const FieldEntry&, const FieldEntry&) = default;
};

}  // namespace castaway::amqp
