#include "flat_json.h"

#include <cstddef>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/utf8.h"

#include "history_jsonl.h"

namespace castaway::check {

namespace {

constexpr std::size_t longest_excerpt = 40;

std::string excerpt(std::string_view text) {
  std::string out;
  append_quoted(out, to_utf8(text.substr(0, longest_excerpt)));
  return text.size() > longest_excerpt ? out + "..." : out;
}

/// Reads characters for the parser and remembers how far it got.
struct Cursor {
  using iterator_category = std::input_iterator_tag;
  using value_type = char;
  using difference_type = std::ptrdiff_t;
  using pointer = const char*;
  using reference = const char&;

  const char* next = nullptr;
  const char** furthest = nullptr;

  reference operator*() const { return *next; }
  Cursor& operator++() {
    *furthest = ++next;
    return *this;
  }
  friend bool operator==(const Cursor& left, const Cursor& right) {
    return left.next == right.next;
  }
};

/// What the parser calls for each token.
class Handler {
 public:
  using json = nlohmann::json;

  Handler(std::string_view line, std::vector<Field>& fields)
      : line_(line), furthest_(line.data()), fields_(fields) {}

  [[nodiscard]] Cursor begin() { return {line_.data(), &furthest_}; }
  [[nodiscard]] Cursor end() { return {line_.data() + line_.size(), &furthest_}; }

  bool null() { return value(Field::Type::null); }
  bool boolean(bool boolean) {
    return value(Field::Type::boolean, [&](Field& field) { field.boolean = boolean; });
  }
  bool number_unsigned(json::number_unsigned_t number) {
    return value(Field::Type::integer, [&](Field& field) { field.integer = number; });
  }
  bool number_integer(json::number_integer_t number) {
    return value(Field::Type::negative, [&](Field& field) { field.text = std::to_string(number); });
  }
  bool number_float(json::number_float_t, const std::string& written) {
    return value(Field::Type::fraction, [&](Field& field) { field.text = written; });
  }
  bool string(std::string& text) {
    return value(Field::Type::text, [&](Field& field) { field.text.swap(text); });
  }
  bool binary(json::binary_t&) { return false; }  // not in JSON text
  bool start_object(std::size_t) { return depth_++ == 0 ? true : value(Field::Type::object); }
  bool end_object() { return --depth_, true; }
  bool start_array(std::size_t) { return ++depth_, value(Field::Type::array); }
  bool end_array() { return --depth_, true; }

  bool key(std::string& key) {
    if (depth_ == 1) {
      // The parser has just taken the key and its closing quote; its opening quote is the next one
      // after what came before.
      Field& field = fields_.emplace_back();
      field.column = line_.find('"', token_end_) + 1;
      field.key.swap(key);
    }
    return token();
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception& error) {
    throw FlatJsonError(position, "expected a JSON object: " + reason(error.what()));
  }

 private:
  template <typename Fill>
  bool value(Field::Type type, Fill fill) {
    const int depth = depth_ - (type == Field::Type::object || type == Field::Type::array ? 1 : 0);
    if (depth == 0) {
      Field top;
      top.type = type;
      fill(top);
      throw FlatJsonError(1, "expected a JSON object, found " + found(top));
    }
    if (depth == 1) {
      fields_.back().type = type;
      fill(fields_.back());
    }
    return token();
  }
  bool value(Field::Type type) {
    return value(type, [](Field&) {});
  }

  bool token() {
    token_end_ = static_cast<std::size_t>(furthest_ - line_.data());
    return true;
  }

  /// The parser's own words without their place, which we give ourselves, and without what it read
  /// last, which may be long.
  static std::string reason(std::string_view what) {
    if (what.find("number overflow") != what.npos) return "number overflow";
    if (const std::size_t place = what.find(": "); place != what.npos) {
      what.remove_prefix(place + 2);
    }
    const std::size_t last = what.find("; last read: ");
    if (last == what.npos) return std::string(what);
    const std::size_t expected = what.rfind("'; expected ");
    const bool told = expected != what.npos && expected > last;
    return std::string(what.substr(0, last)) + std::string(told ? what.substr(expected + 1) : "");
  }

  std::string_view line_;
  const char* furthest_;
  std::size_t token_end_ = 0;
  std::vector<Field>& fields_;
  int depth_ = 0;
};

}  // namespace

std::string found(const Field& field) {
  switch (field.type) {
    case Field::Type::null:
      return "null";
    case Field::Type::boolean:
      return field.boolean ? "true" : "false";
    case Field::Type::integer:
      return std::to_string(field.integer);
    case Field::Type::negative:
    case Field::Type::fraction:
      return field.text.size() > longest_excerpt ? field.text.substr(0, longest_excerpt) + "..."
                                                 : field.text;
    case Field::Type::text:
      return excerpt(field.text);
    case Field::Type::object:
      return "an object";
    case Field::Type::array:
      return "an array";
  }
  return "";
}

void parse_flat_json(std::string_view line, std::vector<Field>& fields) {
  fields.clear();
  Handler handler(line, fields);
  nlohmann::json::sax_parse(handler.begin(), handler.end(), &handler);
}

}  // namespace castaway::check
