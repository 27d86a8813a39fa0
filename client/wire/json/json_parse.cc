#include <charconv>
#include <string>
#include <utility>
#include <vector>

#include <boost/json/basic_parser_impl.hpp>
#include <nlohmann/json.hpp>

#include "castaway/error.h"
#include "castaway/object.h"

#include "json_refusal.h"
#include "json_text.h"

namespace castaway {

using nlohmann::json;

namespace {

/// Builds the value. Boost.JSON's parser calls it for each token; true lets the parser go on.
class Builder {
 public:
  // The parser requires limits. These limit nothing.
  static constexpr std::size_t max_object_size = std::string::npos;
  static constexpr std::size_t max_array_size = std::string::npos;
  static constexpr std::size_t max_key_size = std::string::npos;
  static constexpr std::size_t max_string_size = std::string::npos;

  using Error = boost::json::error_code;
  using Text = boost::json::string_view;

  explicit Builder(std::string_view text) : text_(text) {}

  json& root() { return root_; }

  /// What is known when the parser has stopped at `offset`.
  [[nodiscard]] JsonStop stop(std::size_t offset) const {
    const char container = open_.empty() ? '\0' : open_.back()->is_object() ? '{' : '[';
    return {.offset = offset, .container = container, .after_key = member_ != nullptr};
  }

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) { return open(json::value_t::object); }
  bool on_object_end(std::size_t, Error&) { return close(); }
  bool on_array_begin(Error&) { return open(json::value_t::array); }
  bool on_array_end(std::size_t, Error&) { return close(); }

  bool on_key_part(Text part, std::size_t, Error&) { return add(part); }
  bool on_key(Text last, std::size_t, Error&) {
    member_ = &open_.back()->get_ref<json::object_t&>()[whole(last)];
    return true;
  }
  bool on_string_part(Text part, std::size_t, Error&) { return add(part); }
  bool on_string(Text last, std::size_t, Error&) { return put(whole(last)); }

  bool on_number_part(Text, Error&) { return false; }  // a number that is cut off
  bool on_int64(std::int64_t value, Text token, Error&) {
    return token.front() == '-' ? put(value) : put(static_cast<std::uint64_t>(value));
  }
  bool on_uint64(std::uint64_t value, Text, Error&) { return put(value); }
  /// Reads the token again: the parser's own conversion does not round correctly.
  bool on_double(double, Text token, Error&) {
    const std::size_t start = static_cast<std::size_t>(token.data() - text_.data());
    if (token.find_first_of(".eE") == token.npos) refuse_json(start, json_too_long);
    double value = 0;
    const auto result = std::from_chars(token.data(), token.data() + token.size(), value);
    // A number that rounds to zero is as far out of range as one that rounds to infinity.
    if (result.ec != std::errc()) refuse_json(start, json_too_far);
    return put(value);
  }

  bool on_bool(bool value, Error&) { return put(value); }
  bool on_null(Error&) { return put(nullptr); }
  bool on_comment_part(Text, Error&) { return false; }  // comments are not allowed
  bool on_comment(Text, Error&) { return false; }

 private:
  /// Where the next value goes.
  json& place() {
    if (member_ != nullptr) return *std::exchange(member_, nullptr);
    if (open_.empty()) return root_;
    return open_.back()->get_ref<json::array_t&>().emplace_back();
  }

  template <class Value>
  bool put(Value&& value) {
    place() = std::forward<Value>(value);
    return true;
  }

  bool open(json::value_t type) {
    json& value = place();
    value = type;
    open_.push_back(&value);
    return true;
  }
  bool close() {
    open_.pop_back();
    return true;
  }

  bool add(Text part) {
    string_.append(part.data(), part.size());
    return true;
  }
  std::string whole(Text last) {
    add(last);
    return std::exchange(string_, {});
  }

  std::string_view text_;
  json root_;
  std::vector<json*> open_;  ///< each lies in the one before it, which does not grow meanwhile
  json* member_ = nullptr;   ///< what the last key names, until it has its value
  std::string string_;       ///< what there is of a key or string
};

}  // namespace

json parse_json(std::string_view text) { return parse_json(text, max_json_depth); }

// The parser recurses. A level takes 130 bytes of stack, 400 under AddressSanitizer, and a fiber
// has 256 KiB.
json parse_json(std::string_view text, int max_depth) {
  boost::json::parse_options options;
  options.max_depth = static_cast<std::size_t>(max_depth);
  boost::json::basic_parser<Builder> parser(options, text);
  boost::json::error_code error;
  const std::size_t end = parser.write_some(false, text.data(), text.size(), error);
  if (error == boost::json::error::too_deep) {
    refuse_json(end, "more than " + std::to_string(max_depth) + " levels of objects and arrays");
  }
  if (error == boost::json::error::exponent_overflow) {
    refuse_json(text.find_last_not_of("+-.0123456789eE", end) + 1, json_too_far);
  }
  if (error) refuse_json(text, parser.handler().stop(end));
  if (end < text.size()) refuse_json(end, "something behind the value");
  return std::move(parser.handler().root());
}

}  // namespace castaway
