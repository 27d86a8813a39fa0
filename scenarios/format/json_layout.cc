#include "json_layout.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace castaway::scenario {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t longest_line = 100;

void append_flat(const Json& value, std::string& out) {
  if (!value.is_structured()) {
    out += value.dump();
    return;
  }
  const char* separator = "";
  out += value.is_object() ? '{' : '[';
  for (const auto& [key, item] : value.items()) {
    out += separator;
    if (value.is_object()) out += Json(key).dump() + ": ";
    append_flat(item, out);
    separator = ", ";
  }
  out += value.is_object() ? '}' : ']';
}

class Layout {
 public:
  std::string document(const Json& object) {
    append_block(object, true);
    return out_ + '\n';
  }

 private:
  /// Each member begins a line.
  void append_block(const Json& object, bool outermost) {
    const std::size_t indent = indent_;
    out_ += '{';
    std::size_t left = object.size();
    for (const auto& [key, member] : object.items()) {
      const std::size_t behind = --left > 0 ? 1 : 0;
      start_line(indent + 2);
      out_ += Json(key).dump() + ": ";
      if (outermost && member.is_object() &&
          column() + on_one_line(member).size() + behind > longest_line) {
        append_block(member, false);
      } else {
        append(member, behind);
      }
      if (left > 0) out_ += ',';
    }
    start_line(indent);
    out_ += '}';
  }

  /// `behind` is how many characters must follow on the same line.
  void append(const Json& value, std::size_t behind) {
    const std::string text = on_one_line(value);
    if (!value.is_structured() || column() + text.size() + behind <= longest_line) {
      out_ += text;
    } else if (value.is_object()) {
      append_object(value, behind + 1);
    } else if (value.size() == 1) {
      out_ += '[';
      append(value.front(), behind + 1);
      out_ += ']';
    } else {
      append_list(value);
    }
  }

  /// As many members a line as there is room for. A list that needs several lines begins where it
  /// is.
  void append_object(const Json& object, std::size_t behind) {
    out_ += '{';
    const std::size_t start = column();
    std::size_t left = object.size();
    for (const auto& [name, member] : object.items()) {
      const std::string key = Json(name).dump() + ": ";
      const bool first = left == object.size();
      const std::size_t after = --left > 0 ? 1 : behind;
      if (!first) {
        out_ += ',';
        const std::size_t size = key.size() + on_one_line(member).size() + after;
        const bool opens_here = member.is_array() && start + size > longest_line;
        // A list of one goes on where it begins, and wants some room there.
        const std::size_t room = member.size() == 1 ? 40 : 1;
        const std::size_t needed = opens_here ? key.size() + room : size;
        column() + 1 + needed <= longest_line ? out_ += ' ' : start_line(start);
      }
      out_ += key;
      append(member, after);
    }
    out_ += '}';
  }

  /// An item a line, unless they are small.
  void append_list(const Json& list) {
    const bool small = std::ranges::none_of(list, &Json::is_structured);
    const std::size_t indent = indent_;
    out_ += '[';
    start_line(indent + 2);
    const char* separator = "";
    for (const Json& item : list) {
      out_ += separator;
      if (*separator != '\0') {
        const bool fits = column() + 1 + on_one_line(item).size() + 1 <= longest_line;
        small&& fits ? out_ += ' ' : start_line(indent + 2);
      }
      append(item, 1);
      separator = ",";
    }
    start_line(indent);
    out_ += ']';
  }

  std::string& start_line(std::size_t indent) {
    out_ += '\n';
    line_ = out_.size();
    indent_ = indent;
    return out_.append(indent, ' ');
  }
  [[nodiscard]] std::size_t column() const { return out_.size() - line_; }

  std::string out_ = {};
  std::size_t line_ = 0;    ///< where the line begins
  std::size_t indent_ = 0;  ///< of the line
};

}  // namespace

std::string on_one_line(const Json& value) {
  std::string text;
  append_flat(value, text);
  return text;
}

std::string lay_out(const Json& object) { return Layout().document(object); }

}  // namespace castaway::scenario
