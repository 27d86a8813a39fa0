#include <algorithm>
#include <functional>
#include <map>

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
      if (!fresh && problems_.size() < most_problems) complain(key, offset, first->second);
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

/// Where a member or element begins, with its key, and its value.
struct Child {
  std::size_t offset = 0;
  Cursor value;
};

/// Looks places up. What is in an object or array is looked at once, however many flaws it has.
class Places {
 public:
  explicit Places(std::string_view text) : text_(text) {}

  Problem of(const Flaw& flaw) {
    Cursor cursor(text_);
    std::size_t found = cursor.offset();
    for (std::size_t at = 0; at < flaw.pointer.size();) {
      const std::size_t end = std::min(flaw.pointer.find('/', at + 1), flaw.pointer.size());
      const auto& children = children_of(flaw.pointer.substr(0, at), cursor);
      const auto child = children.find(flaw.pointer.substr(at + 1, end - at - 1));
      if (child == children.end()) break;
      cursor = child->second.value;
      at = end;
      found = at == flaw.pointer.size() && flaw.at_key ? child->second.offset : cursor.offset();
    }
    return problem_at(text_, found, flaw.pointer, flaw.text);
  }

 private:
  /// By their steps of a pointer.
  using Children = std::map<std::string, Child, std::less<>>;

  /// None if nothing can be in the value there.
  const Children& children_of(const std::string& pointer, Cursor ahead) {
    const auto [known, fresh] = known_.try_emplace(pointer);
    Children& children = known->second;
    const bool object = ahead.peek() == '{';
    if (!fresh || (!object && ahead.peek() != '[')) return children;
    std::size_t index = 0;
    for (bool more = ahead.enter(); more; more = ahead.next()) {
      const std::size_t start = ahead.offset();
      const std::string step = object ? below("", ahead.key()).substr(1) : std::to_string(index++);
      // Of a repeated key the last counts, as it did when the text was read.
      children.insert_or_assign(step, Child{start, ahead});
      ahead.skip_value();
    }
    return children;
  }

  std::string_view text_;
  std::map<std::string, Children, std::less<>> known_;
};

}  // namespace

std::vector<Problem> repeated_keys(std::string_view text) { return RepeatedKeys(text).find(); }

std::vector<Problem> place(const std::vector<Flaw>& flaws, std::string_view text) {
  Places places(text);
  std::vector<Problem> problems;
  for (const Flaw& flaw : flaws) problems.push_back(places.of(flaw));
  return problems;
}

}  // namespace castaway::scenario
