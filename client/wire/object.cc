#include "castaway/object.h"

#include <cmath>
#include <vector>

#include <nlohmann/json.hpp>

#include "castaway/error.h"
#include "castaway/utf8.h"

#include "json/json_text.h"

namespace castaway {

using nlohmann::json;

namespace {

const json& empty_object() {
  static const json empty(json::value_t::object);
  return empty;
}

/// Walks a value. The way to where it is lies on the stack, and is written out only for an error.
class Inspector {
 public:
  void inspect(const json& value) {
    switch (value.type()) {
      case json::value_t::object:
        return inspect_object(value);
      case json::value_t::array:
        return inspect_array(value);
      case json::value_t::string:
        if (!is_utf8(value.get_ref<const std::string&>())) refuse("text that is not UTF-8");
        return;
      case json::value_t::number_float:
        if (!std::isfinite(value.get<double>())) refuse("a number that is not finite");
        return;
      case json::value_t::binary:
      case json::value_t::discarded:
        refuse(value.type_name());
      default:
        return;
    }
  }

 private:
  struct Step {
    const std::string* key;  ///< none in an array
    std::size_t index;
  };

  void inspect_object(const json& object) {
    enter();
    for (const auto& [key, value] : object.get_ref<const json::object_t&>()) {
      path_.back() = {&key, 0};
      if (!is_utf8(key)) {
        path_.pop_back();
        refuse("a key that is not UTF-8");
      }
      inspect(value);
    }
    path_.pop_back();
  }

  void inspect_array(const json& array) {
    enter();
    for (std::size_t i = 0; i < array.size(); ++i) {
      path_.back() = {nullptr, i};
      inspect(array[i]);
    }
    path_.pop_back();
  }

  void enter() {
    if (path_.size() == max_json_depth) {
      refuse("more than " + std::to_string(max_json_depth) + " levels of objects and arrays");
    }
    path_.push_back({});
  }

  [[noreturn]] void refuse(const std::string& what) const {
    json::json_pointer pointer;
    for (const Step& step : path_) {
      step.key != nullptr ? pointer.push_back(*step.key)
                          : pointer.push_back(std::to_string(step.index));
    }
    throw EncodeError("JSON cannot carry " + what + ", at \"" + pointer.to_string() + '"');
  }

  std::vector<Step> path_;
};

}  // namespace

Object::Object(std::initializer_list<std::pair<std::string, nlohmann::json>> entries) {
  auto value = nlohmann::json::object();
  for (const auto& [key, entry] : entries) value[key] = entry;
  *this = Object(std::move(value));
}

Object::Object(nlohmann::json value) {
  if (!value.is_object()) {
    throw EncodeError(std::string("expected a JSON object, got ") + value.type_name());
  }
  require_encodable(value);
  if (!value.empty()) value_ = std::make_shared<const nlohmann::json>(std::move(value));
}

const json& Object::json() const { return value_ ? *value_ : empty_object(); }

bool operator==(const Object& a, const Object& b) {
  return a.value_ == b.value_ || a.json() == b.json();
}

void require_encodable(const json& value) { Inspector().inspect(value); }

}  // namespace castaway
