#pragma once
// Damage: spoils bytes in a repeatable way, for tests.
//
// Source: Steele, Lea, Flood, "Fast splittable pseudorandom number generators": SplitMix64.

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

namespace castaway {

class Damage {
 public:
  explicit Damage(std::uint64_t seed) : state_(seed) {}

  /// A number below `limit`, nearly evenly.
  std::size_t below(std::size_t limit) { return static_cast<std::size_t>(next() % limit); }

  /// `bytes` with one bit of one of them turned over.
  std::string flip_a_bit(std::string bytes) {
    const std::size_t at = below(bytes.size());
    bytes[at] = static_cast<char>(static_cast<unsigned char>(bytes[at]) ^ 1U << below(8));
    return bytes;
  }

  /// `bytes` with a character that means something in JSON put in, or over another, somewhere.
  std::string put_in_a_token(std::string bytes) {
    constexpr std::string_view tokens = "{}[]:,\"\\u0123456789-+.eEntfalsrN \n\x80\xc3\xed\xf4";
    bytes.replace(below(bytes.size()), below(3), 1, tokens[below(tokens.size())]);
    return bytes;
  }

 private:
  std::uint64_t next() {
    std::uint64_t z = (state_ += 0x9e3779b97f4a7c15);
    z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9;
    z = (z ^ (z >> 27)) * 0x94d049bb133111eb;
    return z ^ (z >> 31);
  }

  std::uint64_t state_;
};

}  // namespace castaway
