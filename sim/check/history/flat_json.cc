#include "flat_json.h"

#include <cstddef>
#include <iterator>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/utf8.h"

#include "history_jsonl.h"
#include "malformed.h"

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
    return number_value(Field::Type::integer, [&](Field& field) { field.integer = number; });
  }
  bool number_integer(json::number_integer_t number) {
    return number_value(Field::Type::negative,
                        [&](Field& field) { field.text = std::to_string(number); });
  }
  bool number_float(json::number_float_t, const std::string& written) {
    return number_value(Field::Type::fraction, [&](Field& field) { field.text = written; });
  }
  bool string(std::string& text) {
    return value(Field::Type::text, [&](Field& field) { field.text.swap(text); });
  }
  bool binary(json::binary_t&) { return false; }  // not in JSON text
  bool start_object(std::size_t) {
    if (depth_++ > 0) (void)value(Field::Type::object);
    return token(LastToken::opening);
  }
  bool end_object() { return token(--depth_ == 0 ? LastToken::whole_object : LastToken::value); }
  bool start_array(std::size_t) {
    ++depth_;
    (void)value(Field::Type::array);
    return token(LastToken::opening);
  }
  bool end_array() {
    --depth_;
    return token(LastToken::value);
  }

  bool key(std::string& key) {
    if (depth_ == 1) {
      // The parser has just taken the key and its closing quote; its opening quote is the next one
      // after what came before.
      Field& field = fields_.emplace_back();
      field.column = line_.find('"', token_end_) + 1;
      field.key.swap(key);
    }
    return token(LastToken::key);
  }

  bool parse_error(std::size_t position, const std::string&, const json::exception& error) {
    if (dynamic_cast<const json::out_of_range*>(&error) != nullptr)
      throw FlatJsonError(position, "this is no JSON: a number is too large");
    throw FlatJsonError(position,
                        "this is no JSON: " + why_malformed(line_, token_end_, position, last_));
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
    return token(LastToken::value);
  }
  /// The parser looks one character beyond a number, if there is one.
  template <typename Fill>
  bool number_value(Field::Type type, Fill fill) {
    (void)value(type, fill);
    const char last = line_[token_end_ - 1];
    if (token_end_ < line_.size() || last < '0' || last > '9') --token_end_;
    return true;
  }
  bool value(Field::Type type) {
    return value(type, [](Field&) {});
  }

  bool token(LastToken last) {
    token_end_ = static_cast<std::size_t>(furthest_ - line_.data());
    last_ = depth_ > 1 && last != LastToken::key ? LastToken::nested : last;
    return true;
  }

  std::string_view line_;
  const char* furthest_;
  std::size_t token_end_ = 0;
  std::vector<Field>& fields_;
  int depth_ = 0;
  LastToken last_ = LastToken::none;
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
