#pragma once
// Vitals: what this process holds of the machine: memory, file descriptors, threads.

#include <cstdint>
#include <string>
#include <vector>

namespace castaway::soak {

struct Vitals {
  std::uint64_t rss_kib = 0;
  std::uint64_t fds = 0;
  std::uint64_t threads = 0;
  std::uint64_t remembered_ids = 0;  ///< by its servers, who are meant to: see Ledger
  friend bool operator==(const Vitals&, const Vitals&) = default;
};

/// What it holds now, once free memory was given back; but remembered_ids.
[[nodiscard]] Vitals vitals();

/// How much more it may hold at the end than after it was warm. Descriptors and threads: none, for
/// connections and workers are then the same in number.
inline constexpr std::uint64_t rss_may_grow_kib = 8 * 1024;
/// And for each id that a server remembers. With glibc it takes 160 to 210 bytes.
inline constexpr std::uint64_t bytes_of_an_id = 224;

/// False under a sanitizer, which keeps what was freed: memory then says nothing.
[[nodiscard]] bool rss_means_something();

/// A sentence for each bound that is broken.
[[nodiscard]] std::vector<std::string> leaks(const Vitals& first, const Vitals& last);

/// "34.1 MiB, 30 descriptors, 41 threads"
[[nodiscard]] std::string to_string(const Vitals& vitals);

}  // namespace castaway::soak
