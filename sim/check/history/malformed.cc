#include "malformed.h"

#include <algorithm>

#include <fmt/format.h>

#include "castaway/utf8.h"

#include "history_jsonl.h"

namespace castaway::check {

namespace {

constexpr std::size_t longest_word = 20;

/// What stands at the beginning of `rest`, up to a separator, in quotes; of a text all of it.
std::string word(std::string_view rest) {
  const bool is_text = rest.front() == '"';
  std::size_t size = is_text ? rest.find('"', 1) : rest.find_first_of(" \t\r\n{}[],:\"");
  if (is_text && size != std::string_view::npos) ++size;
  std::string out;
  append_quoted(out, to_utf8(rest.substr(0, std::clamp<std::size_t>(size, 1, longest_word))));
  return out;
}

/// What is wrong with a text, of which `read` is what the parser took before it gave up.
std::string_view wrong_text(std::string_view read) {
  const auto last = static_cast<unsigned char>(read.back());
  if (last < 0x20) return "a text has a control character, which JSON writes as \"\\u00..\"";
  if (!is_utf8(read)) return "a text is not UTF-8";
  return "a text has a \"\\\" that begins no escape of JSON";
}

std::string_view skip_spaces(std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
  return rest;
}

/// What may come next; takes the comma or colon that belongs before it.
std::string_view expected(std::string_view& rest, LastToken last) {
  const auto take = [&](char separator) {
    if (!rest.starts_with(separator)) return false;
    rest = skip_spaces(rest.substr(1));
    return true;
  };
  switch (last) {
    case LastToken::none:
      return "a JSON object in braces";
    case LastToken::opening:
      return "a key in double quotes";
    case LastToken::key:
      return take(':') ? "a value" : "\":\" after the key";
    case LastToken::value:
      return take(',') ? "a key in double quotes" : "a comma or the end of the object";
    case LastToken::nested:
      return take(',') ? "a key or a value" : "a key, a value, or the end of the array or object";
    case LastToken::whole_object:
      break;
  }
  return "the end of the line after the object";
}

}  // namespace

std::string why_malformed(std::string_view line, std::size_t taken, std::size_t position,
                          LastToken last) {
  if (skip_spaces(line).empty()) return "the line is empty, and each holds one JSON object";
  std::string_view rest = skip_spaces(line.substr(std::min(taken, line.size())));
  const std::string_view what = expected(rest, last);
  const bool reaches_end = position > line.size();
  if (rest.empty() || (reaches_end && rest.front() == '"'))
    return "the line ends inside of its object, and each holds a whole one";
  const std::size_t begin = line.size() - rest.size();
  if (rest.front() == '"' && position > begin + 1 && line[position - 1] != '"')
    return std::string(wrong_text(line.substr(begin, position - begin)));
  return fmt::format("expected {}, found {}", what, word(rest));
}

}  // namespace castaway::check
