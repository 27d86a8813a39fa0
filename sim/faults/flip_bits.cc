#include "flip_bits.h"

#include <cstddef>
#include <set>
#include <string_view>
#include <utility>

namespace castaway::sim {
namespace {

struct Range {
  std::size_t begin = 0;
  std::size_t end = 0;
};

/// The end of a value that is no text: where the bracket closes that opened before it, or the next
/// field begins.
std::size_t end_of_value(std::string_view body, std::size_t begin) {
  int depth = 0;
  for (std::size_t at = begin; at < body.size(); ++at) {
    const char c = body[at];
    if (depth == 0 && (c == ',' || c == '}' || c == ']')) return at;
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
  }
  return body.size();
}

/// Found by a scan, as ids are: the body is JSON inside JSON, and not read here.
Range value_of(std::string_view body, std::string_view field) {
  for (std::size_t at = body.find(field); at != std::string_view::npos;
       at = body.find(field, at + 1)) {
    const std::size_t after = at + field.size();
    const bool quoted = at > 0 && body[at - 1] == '"' && after < body.size() &&
                        (body[after] == '"' || body[after] == '\\');
    const std::size_t colon = body.find_first_not_of("\\\"", after);
    if (!quoted || colon == std::string_view::npos || body[colon] != ':') continue;
    const std::size_t begin = body.find_first_not_of("\\\": ", colon);
    if (begin == std::string_view::npos) return {};
    const bool is_text = body[begin - 1] == '"';
    const std::size_t end = is_text ? body.find_first_of("\\\"", begin) : end_of_value(body, begin);
    return {.begin = begin, .end = end == std::string_view::npos ? body.size() : end};
  }
  return {};
}

}  // namespace

void flip_bits(std::string& body, const Corrupt& how, Decisions& decisions,
               const std::string& name) {
  const Range range = how.field.empty() ? Range{0, body.size()} : value_of(body, how.field);
  const std::size_t bits = 8 * (range.end - range.begin);
  std::set<std::uint64_t> flipped;
  for (std::uint64_t i = 1; i <= how.bits && flipped.size() < bits; ++i) {
    std::uint64_t answer = decisions.decide(
        {.name = name + "/bit-" + std::to_string(i), .bound = bits + 1, .about = Choice::damage});
    if (answer == 0) continue;
    while (!flipped.insert(answer).second) answer = answer % bits + 1;
    const std::uint64_t bit = answer - 1;
    char& byte = body[range.begin + bit / 8];
    byte = static_cast<char>(static_cast<unsigned char>(byte) ^ (1U << (bit % 8)));
  }
}

}  // namespace castaway::sim
