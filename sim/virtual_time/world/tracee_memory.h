#pragma once
// Memory: what lies in the memory of a traced process.

#include <bit>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <type_traits>
#include <vector>

#include <sys/types.h>

namespace castaway::virtual_time {

/// A place in a traced process; 0 is none.
using Address = std::uint64_t;

/// It as the kernel's structures have it.
[[nodiscard]] inline void* pointer_to(Address address) { return std::bit_cast<void*>(address); }

class Memory {
 public:
  /// Of the process that this thread belongs to.
  explicit Memory(pid_t thread) : thread_(thread) {}

  /// False if not all of it can be read, or written: the program's pointer is wrong.
  [[nodiscard]] bool read(Address from, void* to, std::size_t size) const;
  [[nodiscard]] bool write(Address to, const void* from, std::size_t size) const;

  template <class T>
  [[nodiscard]] std::optional<T> get(Address from) const {
    static_assert(std::is_trivially_copyable_v<T>);
    T value;
    if (!read(from, &value, sizeof value)) return std::nullopt;
    return value;
  }

  template <class T>
  [[nodiscard]] bool put(Address to, const T& value) const {
    static_assert(std::is_trivially_copyable_v<T>);
    return write(to, &value, sizeof value);
  }

  /// Empty if not all of them can be read.
  template <class T>
  [[nodiscard]] std::vector<T> array(Address from, std::size_t count) const {
    std::vector<T> values(count);
    if (count != 0 && !read(from, values.data(), count * sizeof(T))) values.clear();
    return values;
  }

  /// Up to its terminating zero, and never longer than a path can be.
  [[nodiscard]] std::string text(Address from) const;

 private:
  pid_t thread_;
};

}  // namespace castaway::virtual_time
