#include <string>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

#include "castaway/error.h"
#include "castaway/object.h"

#include "json_cursor.h"
#include "json_text.h"

namespace castaway {

using nlohmann::json;

namespace {

/// Reads one document. It keeps its own stack of what is open: a fiber's is too small to recurse on
/// behalf of strangers.
class Parser {
 public:
  Parser(std::string_view text, int max_depth)
      : at_(text), max_depth_(static_cast<std::size_t>(max_depth)) {}

  json document() {
    json root;
    json* place = &root;
    while (place != nullptr) {
      at_.skip_space();
      if (at_.peek() == '{' || at_.peek() == '[') {
        place = open(*place);
      } else {
        read_scalar(*place);
        place = next_place();
      }
    }
    at_.skip_space();
    if (at_.more()) at_.fail("something behind the value");
    return root;
  }

 private:
  /// Enters an object or array, and says where the next value goes.
  json* open(json& place) {
    if (open_.size() == max_depth_) {
      at_.fail("more than " + std::to_string(max_depth_) + " levels of objects and arrays");
    }
    place = json(at_.peek() == '{' ? json::value_t::object : json::value_t::array);
    at_.skip();
    open_.push_back(&place);
    at_.skip_space();
    return closes() ? next_place() : place_in(place);
  }

  /// Where the value after this one goes; nowhere once the document's own value is complete.
  json* next_place() {
    while (!open_.empty()) {
      json& parent = *open_.back();
      at_.skip_space();
      if (!closes()) {
        if (at_.peek() != ',') {
          at_.fail(parent.is_object() ? "expected ',' or '}'" : "expected ',' or ']'");
        }
        at_.skip();
        at_.skip_space();
        return place_in(parent);
      }
      at_.skip();
      open_.pop_back();
    }
    return nullptr;
  }

  [[nodiscard]] bool closes() const {
    return at_.peek() == (open_.back()->is_object() ? '}' : ']');
  }

  json* place_in(json& parent) {
    if (parent.is_array()) return &parent.get_ref<json::array_t&>().emplace_back();
    if (at_.peek() != '"') at_.fail("expected a key");
    at_.read_string(key_);
    at_.skip_space();
    if (at_.peek() != ':') at_.fail("expected ':'");
    at_.skip();
    return &parent.get_ref<json::object_t&>()[std::move(key_)];
  }

  void read_scalar(json& place) {
    switch (at_.peek()) {
      case '"':
        place = json::string_t();
        return at_.read_string(place.get_ref<json::string_t&>());
      case 't':
        at_.read_word("true");
        place = true;
        return;
      case 'f':
        at_.read_word("false");
        place = false;
        return;
      case 'n':
        at_.read_word("null");
        place = nullptr;
        return;
      default:
        return at_.read_number(place);
    }
  }

  JsonCursor at_;
  const std::size_t max_depth_;
  std::vector<json*> open_;  ///< each lies in the one before it, which does not grow meanwhile
  std::string key_;
};

}  // namespace

void JsonCursor::read_word(std::string_view word) {
  if (text_.substr(at_, word.size()) != word) fail("expected a value");
  at_ += word.size();
}

void JsonCursor::fail_at(std::size_t offset, const std::string& what) {
  throw DecodeError("no JSON at offset " + std::to_string(offset) + ": " + what);
}

json parse_json(std::string_view text) { return parse_json(text, max_json_depth); }

json parse_json(std::string_view text, int max_depth) { return Parser(text, max_depth).document(); }

}  // namespace castaway
