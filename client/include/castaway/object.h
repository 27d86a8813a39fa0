#pragma once
// Object: a JSON object that can be sent. Contexts and arguments are Objects, so that
// `call({}, "ping")` sends {} and never null.
//
// It holds no NaN, no infinity, no text that is not UTF-8, and is at most `max_json_depth` deep:
// what cannot be sent is refused when the Object is made. It never changes after that, so copies
// share it.

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json_fwd.hpp>

namespace castaway {

/// How many objects and arrays may lie in one another: {} is 1 deep, {"a": [1]} is 2 deep.
inline constexpr int max_json_depth = 128;

class Object {
 public:
  Object() = default;
  /// Object({{"n", 1}, {"name", "host-1"}}); needs nlohmann/json.hpp where it is written. Of a
  /// repeated key the last wins.
  /// Throws: EncodeError unless it can be encoded.
  // NOLINTNEXTLINE(google-explicit-constructor): arguments are written in place.
  Object(std::initializer_list<std::pair<std::string, nlohmann::json>> entries);
  /// Throws: EncodeError unless `value` is an object that can be encoded.
  explicit Object(nlohmann::json value);

  [[nodiscard]] const nlohmann::json& json() const;

  friend bool operator==(const Object& a, const Object& b);

 private:
  std::shared_ptr<const nlohmann::json> value_ = {};  ///< none is {}
};

/// Refuses what JSON text cannot carry without change: see Object.
/// Throws: EncodeError, with the JSON pointer of the offender.
void require_encodable(const nlohmann::json& value);

/// Parses JSON text strictly: at most max_json_depth deep, no number that would change (an integer
/// beyond 64 bits, 1e999), no NaN or Infinity as Python writes them, UTF-8 only, nothing after the
/// value. Of a repeated key the last wins, as in Python.
/// Throws: DecodeError, with the offset.
[[nodiscard]] nlohmann::json parse_json(std::string_view text);

}  // namespace castaway
