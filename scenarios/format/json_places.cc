#include <algorithm>
#include <map>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/object.h"

#include "json_text.h"

namespace castaway::scenario {
namespace {

/// Walks over JSON text without looking at more of it than it has to. Stands at the beginning of a
/// value or key.
class Cursor {
 public:
  explicit Cursor(std::string_view text) : text_(text) {
    if (text.starts_with(byte_order_mark)) at_ = byte_order_mark.size();
    skip_space();
  }

  [[nodiscard]] std::size_t offset() const { return at_; }
  [[nodiscard]] char peek() const { return text_[at_]; }

  /// Enters an object or array; false if it is empty and is thereby over.
  bool enter() {
    step();
    return !leave();
  }
  /// Goes on to the next member or element; false if there is none and the object or array is over.
  bool next() {
    if (leave()) return false;
    step();
    return true;
  }

  std::string key() {
    const std::size_t start = at_;
    skip_string();
    const std::string_view token = text_.substr(start, at_ - start);
    skip_space();
    step();
    if (token.find('\\') == std::string_view::npos) {
      return std::string(token.substr(1, token.size() - 2));
    }
    return parse_json(token).get<std::string>();
  }

  void skip_value() {
    if (peek() == '"') {
      skip_string();
    } else if (peek() == '{' || peek() == '[') {
      const bool object = peek() == '{';
      for (bool more = enter(); more; more = next()) {
        if (object) key();
        skip_value();
      }
    } else {
      at_ = std::min(text_.find_first_of(",]} \t\r\n", at_), text_.size());
    }
    skip_space();
  }

 private:
  bool leave() {
    if (peek() != '}' && peek() != ']') return false;
    step();
    return true;
  }
  void step() {
    ++at_;
    skip_space();
  }
  void skip_string() {
    for (++at_; peek() != '"'; ++at_) at_ += peek() == '\\' ? 1 : 0;
    ++at_;
  }
  void skip_space() { at_ = std::min(text_.find_first_not_of(" \t\r\n", at_), text_.size()); }

  std::string_view text_;
  std::size_t at_ = 0;
};

/// Visits every member of every object.
class RepeatedKeys {
 public:
  explicit RepeatedKeys(std::string_view text) : text_(text), cursor_(text) {}

  std::vector<Problem> find() {
    visit();
    return std::move(problems_);
  }

 private:
  void visit() {
    if (cursor_.peek() == '{') return visit_object();
    if (cursor_.peek() != '[') return cursor_.skip_value();
    std::size_t index = 0;
    for (bool more = cursor_.enter(); more; more = cursor_.next())
      visit_below(std::to_string(index++));
  }

  void visit_object() {
    std::map<std::string, std::size_t> offsets;
    for (bool more = cursor_.enter(); more; more = cursor_.next()) {
      const std::size_t offset = cursor_.offset();
      const std::string key = cursor_.key();
      const auto [first, fresh] = offsets.emplace(key, offset);
      if (!fresh) complain(key, offset, first->second);
      visit_below(key);
    }
  }

  void visit_below(const std::string& step) {
    const std::size_t size = pointer_.size();
    pointer_ = below(pointer_, step);
    visit();
    pointer_.resize(size);
  }

  void complain(const std::string& key, std::size_t offset, std::size_t first) {
    const Problem before = problem_at(text_, first, "", "");
    problems_.push_back(
        problem_at(text_, offset, below(pointer_, key),
                   fmt::format("the key \"{}\" is given twice; the first is at line {}, column {}",
                               key, before.line, before.column)));
  }

  std::string_view text_;
  Cursor cursor_;
  std::string pointer_;
  std::vector<Problem> problems_;
};

/// Moves to the member or element that `step` names, and says where it or its key begins; nowhere
/// if there is none. Of a repeated key the last counts, as it did when the text was read.
std::optional<std::size_t> descend(Cursor& cursor, std::string_view step) {
  const bool object = cursor.peek() == '{';
  if (!object && cursor.peek() != '[') return {};
  std::optional<Cursor> found;
  std::size_t offset = 0;
  std::size_t index = 0;
  Cursor ahead = cursor;
  for (bool more = ahead.enter(); more; more = ahead.next()) {
    const std::size_t start = ahead.offset();
    if ((object ? below("", ahead.key()) : below("", index++)).substr(1) == step) {
      found = ahead;
      offset = start;
    }
    ahead.skip_value();
  }
  if (!found) return {};
  cursor = *found;
  return offset;
}

}  // namespace

std::vector<Problem> repeated_keys(std::string_view text) { return RepeatedKeys(text).find(); }

Problem place(const Flaw& flaw, std::string_view text) {
  Cursor cursor(text);
  std::size_t found = cursor.offset();
  for (std::string_view rest = flaw.pointer; !rest.empty();) {
    const std::string_view step = rest.substr(1, rest.find('/', 1) - 1);
    rest.remove_prefix(1 + step.size());
    const std::optional<std::size_t> offset = descend(cursor, step);
    if (!offset) break;
    found = rest.empty() && flaw.at_key ? *offset : cursor.offset();
  }
  return problem_at(text, found, flaw.pointer, flaw.text);
}

}  // namespace castaway::scenario
