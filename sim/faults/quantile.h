#pragma once
// Quantile: logarithms, powers and quantiles in integers, the same on every machine and with every
// compiler.

#include <cstdint>

namespace castaway::sim {

/// A number in units of 2^-32.
using Fixed = std::int64_t;

/// The product, rounded down; the largest number there is if it is larger.
[[nodiscard]] std::int64_t times(std::int64_t a, Fixed b);

/// Requires: b is not 0, and the quotient below 2^31.
[[nodiscard]] Fixed divided(Fixed a, Fixed b);

/// The natural logarithm of `n`.
/// Requires: n is not 0.
[[nodiscard]] Fixed logarithm(std::uint64_t n);

/// `value` times e to the power of `exponent`, rounded down; the largest number there is if that is
/// not enough. Requires: value is not negative.
[[nodiscard]] std::int64_t times_exp(std::int64_t value, Fixed exponent);

/// What a normal variable of mean 0 and deviation 1 stays below with the chance num / den, to seven
/// digits. Requires: 0 < num < den, and den below 2^24. Source: Wichura, "The Percentage Points of
/// the Normal Distribution", algorithm AS 241, PPND7.
[[nodiscard]] Fixed normal_quantile(std::uint64_t num, std::uint64_t den);

}  // namespace castaway::sim
