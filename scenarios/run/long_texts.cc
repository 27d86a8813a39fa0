#include "long_texts.h"

#include <algorithm>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

namespace castaway::scenario {

using nlohmann::json;

namespace {

bool has_text_of(const json& value) {
  return text_of_in(value) != nullptr ||
         (value.is_structured() && std::any_of(value.begin(), value.end(), has_text_of));
}

void fill_in(json& value) {
  if (const json* length = text_of_in(value)) {
    value = std::string(length->get<std::size_t>(), 'x');
  } else if (value.is_structured()) {
    for (json& each : value) fill_in(each);
  }
}

}  // namespace

const json* text_of_in(const json& value) {
  if (!value.is_object() || value.size() != 1 || value.begin().key() != text_of) return nullptr;
  return &value.front();
}

json in_full(json value) {
  fill_in(value);
  return value;
}

Object in_full(const Object& object) {
  return has_text_of(object.json()) ? Object(in_full(object.json())) : object;
}

}  // namespace castaway::scenario
