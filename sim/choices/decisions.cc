#include "castaway/sim/decisions.h"

#include <algorithm>
#include <stdexcept>
#include <utility>

namespace castaway::sim {
namespace {

constexpr std::uint64_t golden = 0x9e3779b97f4a7c15;  // 2^64 divided by the golden ratio

/// A bijection in which each bit of the input flips about half of the output (Stafford's variant
/// 13).
constexpr std::uint64_t mix(std::uint64_t x) {
  x = (x ^ (x >> 30)) * 0xbf58476d1ce4e5b9;
  x = (x ^ (x >> 27)) * 0x94d049bb133111eb;
  return x ^ (x >> 31);
}

/// Up to eight bytes as a number, the first byte lowest, on whatever machine.
std::uint64_t word(std::string_view bytes) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    value |= static_cast<std::uint64_t>(static_cast<unsigned char>(bytes[i])) << (8 * i);
  }
  return value;
}

}  // namespace

// The upper half of the product.
std::uint64_t scaled(std::uint64_t bits, std::uint64_t bound) {
  const std::uint64_t bits_low = bits & 0xffffffff, bits_high = bits >> 32;
  const std::uint64_t bound_low = bound & 0xffffffff, bound_high = bound >> 32;
  const std::uint64_t middle = bits_high * bound_low + ((bits_low * bound_low) >> 32);
  const std::uint64_t carry = bits_low * bound_high + (middle & 0xffffffff);
  return bits_high * bound_high + (middle >> 32) + (carry >> 32);
}

std::uint64_t keyed_hash(std::uint64_t seed, std::string_view name) {
  // The size goes in first, so that trailing zero bytes are not lost in the last word.
  std::uint64_t hash = mix(mix(seed + golden) ^ name.size());
  for (; name.size() >= 8; name.remove_prefix(8))
    hash = mix((hash ^ word(name.substr(0, 8))) + golden);
  return mix((hash ^ word(name)) + golden);
}

std::uint64_t Benign::answer(const Question&) { return 0; }

std::uint64_t Random::answer(const Question& question) {
  if (question.bound < 2) return 0;
  const std::uint64_t hash = keyed_hash(seed_, question.name);
  if (scaled(hash, question.deviate.den) >= question.deviate.num) return 0;
  // What chose to deviate says little about where to: that takes fresh bits.
  return 1 + scaled(mix(hash + golden), question.bound - 1);
}

Replay::Replay(const std::vector<Deviation>& deviations) {
  for (const Deviation& deviation : deviations) answers_[deviation.at] = deviation.answer;
}

std::uint64_t Replay::answer(const Question& question) {
  const auto found = answers_.find(question.name);
  if (found == answers_.end() || question.bound < 2) return 0;
  return std::min(found->second, question.bound - 1);
}

std::uint64_t Decisions::decide(const Question& question) {
  if (question.bound < 2) return 0;
  const std::uint64_t answer = strategy_.answer(question);
  if (answer >= question.bound) {
    throw std::logic_error("decision '" + std::string(question.name) + "': the strategy answered " +
                           std::to_string(answer) + ", which is not below " +
                           std::to_string(question.bound));
  }
  if (!keeps_) return answer;
  if (answer != 0) deviations_.push_back({std::string(question.name), answer});
  return answer;
}

std::vector<Duration> Decisions::moments() const {
  if (!moments_ || !strategy_.wants_candidates()) return {};
  return moments_();
}

bool Decisions::happens(std::string_view name, Ratio ratio) {
  if (ratio.num == 0) return false;
  if (ratio.num >= ratio.den) return true;
  return decide({.name = name, .bound = 2, .deviate = ratio}) != 0;
}

}  // namespace castaway::sim
