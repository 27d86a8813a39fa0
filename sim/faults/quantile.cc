#include "quantile.h"

#include <algorithm>
#include <bit>
#include <initializer_list>
#include <limits>

namespace castaway::sim {
namespace {

__extension__ using Wide = __int128;

constexpr int fixed_bits = 32;
constexpr int fine_bits = 62;
constexpr std::int64_t fine_one = std::int64_t{1} << fine_bits;
constexpr std::int64_t fine_ln2 = 3196577161300663915;  ///< in units of 2^-62

/// A decimal constant, converted by the compiler: nothing of it is left at run time.
consteval Fixed fixed(double number) {
  return static_cast<Fixed>(number * (std::int64_t{1} << fixed_bits));
}

constexpr Wide largest = std::numeric_limits<std::int64_t>::max();

Fixed square_root(Fixed x) {
  Wide root = 0;
  for (Wide bit = Wide{1} << 47; bit != 0; bit >>= 1) {
    if ((root + bit) * (root + bit) <= (Wide{x} << fixed_bits)) root += bit;
  }
  return static_cast<Fixed>(root);
}

/// Coefficients come with the highest power first.
Fixed polynomial(Fixed x, std::initializer_list<Fixed> coefficients) {
  Fixed sum = 0;
  for (const Fixed coefficient : coefficients) sum = times(sum, x) + coefficient;
  return sum;
}

/// Around the median, where `q` is the chance less one half.
Fixed middle_quantile(Fixed q) {
  const Fixed r = fixed(0.180625) - times(q, q);
  const Fixed above = polynomial(r, {fixed(5.9109374720e+1), fixed(1.5929113202e+2),
                                     fixed(5.0434271938e+1), fixed(3.3871327179)});
  const Fixed below = polynomial(
      r, {fixed(6.7187563600e+1), fixed(7.8757757664e+1), fixed(1.7895169469e+1), fixed(1.0)});
  return divided(times(q, above), below);
}

/// Out in the tail, whose chance is num / den.
Fixed tail_quantile(std::uint64_t num, std::uint64_t den) {
  const Fixed r = square_root(logarithm(den) - logarithm(num)) - fixed(1.6);
  const Fixed above = polynomial(
      r, {fixed(1.7023821103e-1), fixed(1.3067284816), fixed(2.7568153900), fixed(1.4234372777)});
  const Fixed below = polynomial(r, {fixed(1.2021132975e-1), fixed(7.3700164250e-1), fixed(1.0)});
  return divided(above, below);
}

}  // namespace

std::int64_t times(std::int64_t a, Fixed b) {
  return static_cast<std::int64_t>(std::min((Wide{a} * b) >> fixed_bits, largest));
}

Fixed divided(Fixed a, Fixed b) { return static_cast<Fixed>((Wide{a} << fixed_bits) / b); }

Fixed logarithm(std::uint64_t n) {
  // ln n = shift ln 2 + ln m, and ln m = 2 artanh s = 2 (s + s^3/3 + s^5/5 + ...)
  const int shift = std::bit_width(n) - 1;
  const Wide mantissa = (Wide{n} << fine_bits) >> shift;
  const Wide s = ((mantissa - fine_one) << fine_bits) / (mantissa + fine_one);
  const Wide square = (s * s) >> fine_bits;
  Wide sum = 0;
  int k = 1;
  for (Wide power = s; power != 0; power = (power * square) >> fine_bits, k += 2) sum += power / k;
  return static_cast<Fixed>((shift * Wide{fine_ln2} + 2 * sum) >> (fine_bits - fixed_bits));
}

std::int64_t times_exp(std::int64_t value, Fixed exponent) {
  // Beyond e^44 lies 2^63.
  if (value == 0 || exponent < fixed(-44.0)) return 0;
  if (exponent > fixed(44.0)) return static_cast<std::int64_t>(largest);

  // e^exponent = 2^doublings e^rest, with the rest between 0 and ln 2.
  const Wide fine = Wide{exponent} << (fine_bits - fixed_bits);
  const int doublings = static_cast<int>(fine / fine_ln2) - (fine % fine_ln2 < 0 ? 1 : 0);
  const Wide rest = fine - Wide{doublings} * fine_ln2;
  Wide sum = 0;
  int k = 1;
  for (Wide power = fine_one; power != 0; power = ((power * rest) >> fine_bits) / k++) sum += power;

  if (doublings > fine_bits) return static_cast<std::int64_t>(largest);
  return static_cast<std::int64_t>(std::min((value * sum) >> (fine_bits - doublings), largest));
}

Fixed normal_quantile(std::uint64_t num, std::uint64_t den) {
  const auto whole = static_cast<std::int64_t>(den);
  const Fixed q = ((2 * static_cast<std::int64_t>(num) - whole) << (fixed_bits - 1)) / whole;
  if (q >= fixed(-0.425) && q <= fixed(0.425)) return middle_quantile(q);
  return q < 0 ? -tail_quantile(num, den) : tail_quantile(den - num, den);
}

}  // namespace castaway::sim
