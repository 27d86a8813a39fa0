#pragma once
// Random: numbers from a seed, a stream of its own for each use.

#include <cstdint>
#include <random>
#include <string_view>
#include <vector>

namespace castaway::virtual_time {

class Random {
 public:
  Random(std::uint64_t seed, std::uint64_t stream)
      : engine_(seed * 0x9e3779b97f4a7c15U + stream * 0xbf58476d1ce4e5b9U + 1) {}

  /// Less than `bound`, which is not 0.
  [[nodiscard]] std::uint64_t below(std::uint64_t bound) { return engine_() % bound; }
  [[nodiscard]] std::vector<unsigned char> bytes(std::size_t count) {
    std::vector<unsigned char> drawn(count);
    for (unsigned char& byte : drawn) byte = static_cast<unsigned char>(engine_() >> 56);
    return drawn;
  }

 private:
  std::mt19937_64 engine_;
};

}  // namespace castaway::virtual_time
