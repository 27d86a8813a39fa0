#include "castaway/sim/mask_ids.h"

#include <algorithm>
#include <array>

namespace castaway::sim {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_hex(char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// How long a run of hexadecimal digits and dashes is that `text` begins with, digit first.
std::size_t hex_run(std::string_view text) {
  if (!is_hex(text.front())) return 0;
  const auto end =
      std::find_if_not(text.begin(), text.end(), [](char c) { return is_hex(c) || c == '-'; });
  return static_cast<std::size_t>(end - text.begin());
}

bool is_id(std::string_view run) {
  constexpr std::ptrdiff_t shortest_id = 16;
  constexpr std::ptrdiff_t shortest_time = 10;
  const auto hex = std::count_if(run.begin(), run.end(), is_hex);
  const auto digits = std::count_if(run.begin(), run.end(), is_digit);
  return hex >= shortest_id || (digits == hex && digits >= shortest_time);
}

/// How long what the broker made up is, behind one of its prefixes; 0 where there is none.
std::size_t made_up(std::string_view text, std::string_view masked) {
  constexpr std::array<std::string_view, 2> prefixes = {"amq.gen-", "amq.ctag-"};
  const bool follows = std::any_of(prefixes.begin(), prefixes.end(), [&](std::string_view prefix) {
    return masked.ends_with(prefix);
  });
  if (!follows) return 0;
  const auto end = std::find_if_not(text.begin(), text.end(), [](char c) {
    return is_digit(c) || is_letter(c) || c == '-' || c == '_';
  });
  return static_cast<std::size_t>(end - text.begin());
}

}  // namespace

std::string mask_ids(std::string_view text) {
  std::string masked;
  masked.reserve(text.size());
  while (!text.empty()) {
    if (const std::size_t name = made_up(text, masked); name > 0) {
      masked += '*';
      text.remove_prefix(name);
      continue;
    }
    const std::size_t run = hex_run(text);
    if (run == 0) {
      masked += text.front();
      text.remove_prefix(1);
      continue;
    }
    if (is_id(text.substr(0, run))) {
      masked += '*';
    } else {
      masked += text.substr(0, run);
    }
    text.remove_prefix(run);
  }
  return masked;
}

}  // namespace castaway::sim
