#include "castaway/amqp/field_table.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace castaway::amqp {

FieldValue::FieldValue() = default;
FieldValue::FieldValue(const FieldValue&) = default;
FieldValue::FieldValue(FieldValue&&) noexcept = default;
FieldValue& FieldValue::operator=(const FieldValue&) = default;
FieldValue& FieldValue::operator=(FieldValue&&) noexcept = default;
FieldValue::~FieldValue() = default;
bool operator==(const FieldValue& a, const FieldValue& b) { return a.value == b.value; }

FieldTable::FieldTable() noexcept = default;
FieldTable::FieldTable(std::initializer_list<FieldEntry> entries) : entries_(entries) {}
FieldTable::FieldTable(const FieldTable&) = default;
FieldTable::FieldTable(FieldTable&&) noexcept = default;
FieldTable& FieldTable::operator=(const FieldTable&) = default;
FieldTable& FieldTable::operator=(FieldTable&&) noexcept = default;
FieldTable::~FieldTable() = default;

const FieldValue* FieldTable::find(std::string_view key) const {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const FieldEntry& entry) { return entry.key == key; });
  return found == entries_.end() ? nullptr : &found->value;
}

void FieldTable::set(std::string key, FieldValue value) {
  const auto found = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const FieldEntry& entry) { return entry.key == key; });
  if (found == entries_.end()) return append(std::move(key), std::move(value));
  found->value = std::move(value);
}

void FieldTable::append(std::string key, FieldValue value) {
  entries_.push_back({.key = std::move(key), .value = std::move(value)});
}

std::size_t FieldTable::size() const { return entries_.size(); }
const FieldEntry* FieldTable::begin() const { return entries_.data(); }
const FieldEntry* FieldTable::end() const { return entries_.data() + entries_.size(); }

bool operator==(const FieldTable& a, const FieldTable& b) { return a.entries_ == b.entries_; }

std::optional<std::int64_t> FieldValue::integer() const {
  return std::visit(
      []<class T>(const T& held) -> std::optional<std::int64_t> {
        if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
          if (std::in_range<std::int64_t>(held)) return static_cast<std::int64_t>(held);
        }
        return std::nullopt;
      },
      value);
}

}  // namespace castaway::amqp
