#include "castaway/check/text.h"

#include <array>

#include <fmt/format.h>

namespace castaway::check {

std::string grouped(std::uint64_t number) {
  std::string digits = std::to_string(number);
  for (std::size_t i = digits.size(); i > 3; i -= 3) digits.insert(i - 3, 1, ',');
  return digits;
}

std::string count(std::uint64_t number, std::string_view noun) {
  return fmt::format("{} {}{}", grouped(number), noun, number == 1 ? "" : "s");
}

std::string times(std::uint64_t number) {
  if (number == 0) return "never";
  return number == 1 ? "once" : number == 2 ? "twice" : grouped(number) + " times";
}

std::string listed(const std::vector<std::string>& words, std::string_view last) {
  if (words.size() < 2) return words.empty() ? "" : words.front();
  return fmt::format("{} {} {}", fmt::join(words.begin(), words.end() - 1, ", "), last,
                     words.back());
}

bool next_line(std::istream& in, std::string& line) {
  constexpr std::size_t longest = std::size_t{16} << 20U;
  std::array<char, 4096> part{};
  line.clear();
  for (;;) {
    in.getline(part.data(), part.size());
    const auto got = static_cast<std::size_t>(in.gcount());
    // The line feed counts as one that was taken, but is not in the part.
    const bool whole = in.good();
    line.append(part.data(), whole ? got - 1 : got);
    if (whole) return true;
    if (in.eof() || in.bad()) return !line.empty();
    if (line.size() > longest) throw LineTooLong();
    in.clear();
  }
}

}  // namespace castaway::check
