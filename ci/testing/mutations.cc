#include "mutations.h"

#include <array>
#include <random>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json.hpp>

namespace castaway::ci {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view twice = "__twice__";

/// Numbers as they come, the same everywhere: the distributions of the standard library are not.
class Dice {
 public:
  explicit Dice(std::uint64_t seed) : engine_(seed) {}
  std::size_t below(std::size_t bound) { return bound == 0 ? 0 : engine_() % bound; }
  template <class Values>
  const auto& one_of(const Values& values) {
    return values[below(values.size())];
  }

 private:
  std::mt19937_64 engine_;
};

Json extreme_number(Dice& dice) {
  static const std::array<Json, 12> numbers = {
      0,          -1,        1,   2,    65536, 4294967295U, 4294967296U, 9007199254740993U,
      UINT64_MAX, INT64_MIN, 1.5, 1e308};
  return dice.one_of(numbers);
}

Json odd_text(Dice& dice) {
  static const std::array<std::string, 22> texts = {"",
                                                    "0s",
                                                    "-5s",
                                                    "1e9s",
                                                    "99999999999h",
                                                    "292y",
                                                    "1ns",
                                                    "1/0",
                                                    "2/1",
                                                    "0/5",
                                                    "1/99999999999999999999",
                                                    "#0",
                                                    "a#*",
                                                    "s1",
                                                    "*",
                                                    "..",
                                                    "../../x",
                                                    "broker",
                                                    "\x01\x1b[2J",
                                                    "\xc3\xa9\xe2\x82\xac",
                                                    "null",
                                                    "18446744073709551615"};
  if (dice.below(12) == 0) return std::string(100000, 'x');
  return dice.one_of(texts);
}

Json nested(Dice& dice) {
  Json deep = Json::array();
  const std::size_t depth = dice.below(3) == 0 ? 2000 : 3;
  for (std::size_t i = 0; i < depth; ++i)
    deep = dice.below(2) == 0 ? Json(Json::array({std::move(deep)})) : Json{{"a", std::move(deep)}};
  return deep;
}

Json any_value(Dice& dice) {
  switch (dice.below(8)) {
    case 0:
      return nullptr;
    case 1:
      return true;
    case 2:
      return Json::object();
    case 3:
      return Json::array();
    case 4:
      return nested(dice);
    case 5:
      return odd_text(dice);
    default:
      return extreme_number(dice);
  }
}

/// A value, and the key that it has or that the array around it has.
struct Place {
  Json* value = nullptr;
  std::string key = {};
};

/// All values, the outermost first.
void collect(Json& value, const std::string& key, std::vector<Place>& all) {
  all.push_back({&value, key});
  if (value.is_array()) {
    for (Json& each : value) collect(each, key, all);
  } else if (value.is_object()) {
    for (auto& [name, each] : value.items()) collect(each, name, all);
  }
}

/// What may well be sound: another value of the same kind.
Json likely_value(const Place& place, const std::vector<Place>& all, Dice& dice) {
  static const std::array<std::string, 7> times = {"1ms", "3ms", "10ms", "250ms",
                                                   "1s",  "7s",  "1min"};
  const Json& value = *place.value;
  if (value.is_boolean()) return !value.get<bool>();
  if (value.is_number() && dice.below(2) == 0) return dice.below(12);
  if (value.is_string() && value.get<std::string>().ends_with('s') && dice.below(2) == 0)
    return dice.one_of(times);
  std::vector<const Json*> alike;
  for (const Place& other : all) {
    if (other.key == place.key && other.value->type() == value.type()) alike.push_back(other.value);
  }
  return *dice.one_of(alike);
}

void mutate_object(Json& object, Dice& dice) {
  auto member = object.begin();
  std::advance(member, static_cast<std::ptrdiff_t>(dice.below(object.size())));
  const std::string key = member.key();
  switch (dice.below(5)) {
    case 0:
      object.erase(key);
      return;
    case 1:
      object[key + std::string(twice)] = dice.below(2) == 0 ? object[key] : any_value(dice);
      return;
    case 2:
      object[key + "s"] = object[key];
      object.erase(key);
      return;
    case 3:
      object[odd_text(dice).get<std::string>()] = any_value(dice);
      return;
    default:
      object[key] = any_value(dice);
  }
}

void mutate_array(Json& array, Dice& dice) {
  const std::size_t at = dice.below(array.size());
  switch (dice.below(4)) {
    case 0:
      array.erase(at);
      return;
    case 1:
      for (std::size_t i = dice.below(60); i > 0; --i) array.push_back(Json(array[at]));
      return;
    case 2:
      std::swap(array[at], array[dice.below(array.size())]);
      return;
    default:
      array[at] = any_value(dice);
  }
}

void mutate(Json& whole, Dice& dice) {
  std::vector<Place> all;
  collect(whole, "", all);
  const Place& place = dice.one_of(all);
  Json& value = *place.value;
  const Json other = *dice.one_of(all).value;
  if (dice.below(3) != 0) {
    value = Json(likely_value(place, all, dice));
  } else if (dice.below(8) == 0) {
    value = other;
  } else if (value.is_object() && !value.empty()) {
    mutate_object(value, dice);
  } else if (value.is_array() && !value.empty()) {
    mutate_array(value, dice);
  } else if (value.is_number() && dice.below(4) != 0) {
    value = extreme_number(dice);
  } else if (value.is_string() && dice.below(4) != 0) {
    value = odd_text(dice);
  } else {
    value = any_value(dice);
  }
}

std::string printed(const Json& value, int indent) {
  std::string text = value.dump(indent, ' ', false, Json::error_handler_t::replace);
  for (std::size_t at = 0; (at = text.find(twice, at)) != std::string::npos;)
    text.erase(at, twice.size());
  return text;
}

/// Without a look at what the bytes mean.
void mutate_bytes(std::string& text, Dice& dice) {
  static const std::array<std::string, 6> bytes = {
      std::string(1, '\0'), "\xff\xfe", "\xef\xbb\xbf", "{", "\n", "\""};
  const std::size_t at = dice.below(text.size() + 1);
  switch (dice.below(3)) {
    case 0:
      text.resize(at);
      return;
    case 1:
      text.insert(at, dice.one_of(bytes));
      return;
    default:
      if (at < text.size()) text[at] = static_cast<char>(dice.below(256));
  }
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

void mutate_lines(std::vector<std::string>& lines, Dice& dice) {
  const std::size_t at = dice.below(lines.size());
  const std::size_t other = dice.below(lines.size());
  const auto position = [&](std::size_t i) {
    return lines.begin() + static_cast<std::ptrdiff_t>(i);
  };
  switch (dice.below(8)) {
    case 0:
      if (lines.size() > 1) lines.erase(position(at));
      return;
    case 1:
      lines.insert(position(other), std::string(lines[at]));
      return;
    case 2:
      std::swap(lines[at], lines[other]);
      return;
    default:
      Json line = Json::parse(lines[at], nullptr, false);
      if (line.is_discarded()) return;
      mutate(line, dice);
      lines[at] = printed(line, -1);
  }
}

}  // namespace

std::string mutated(const std::string& text, std::uint64_t seed) {
  Dice dice(seed);
  std::string result;
  const std::size_t times = 1 + dice.below(4);
  if (Json whole = Json::parse(text, nullptr, false); !whole.is_discarded() && whole.is_object()) {
    for (std::size_t i = 0; i < times; ++i) mutate(whole, dice);
    result = printed(whole, 2);
  } else {
    std::vector<std::string> lines = lines_of(text);
    for (std::size_t i = 0; i < times && !lines.empty(); ++i) mutate_lines(lines, dice);
    for (const std::string& line : lines) result += line + '\n';
  }
  if (dice.below(12) == 0) mutate_bytes(result, dice);
  return result;
}

}  // namespace castaway::ci
