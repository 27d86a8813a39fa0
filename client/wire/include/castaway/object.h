#pragma once
// Object: a JSON object that can be sent. Contexts and arguments are Objects, so that
// `call({}, "ping")` sends {} and never null.
//
// Making one checks that it can be sent: no NaN, no infinity, only UTF-8 text, and at most
// `max_json_depth` deep. It never changes after that, so copies share one value.

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json_fwd.hpp>

namespace castaway {

/// How deep objects and arrays may nest: {} is 1 deep, {"a": [1]} is 2 deep.
inline constexpr int max_json_depth = 128;

class Object {
 public:
  Object() = default;
  /// As in Object({{"n", 1}, {"name", "host-1"}}); include nlohmann/json.hpp to write that. The
  /// last of repeated keys wins.
  /// Throws: EncodeError unless it can be encoded.
  // NOLINTNEXTLINE(google-explicit-constructor): arguments are written in place.
  Object(std::initializer_list<std::pair<std::string, nlohmann::json>> entries);
  /// Throws: EncodeError unless `value` is an object that can be encoded.
  explicit Object(nlohmann::json value);

  [[nodiscard]] const nlohmann::json& json() const;

  friend bool operator==(const Object& a, const Object& b);

 private:
  std::shared_ptr<const nlohmann::json> value_ = {};  ///< null stands for {}
};

/// Checks that JSON text can carry `value` unchanged: see Object.
/// Throws: EncodeError, with the JSON pointer of the offender.
void require_encodable(const nlohmann::json& value);

/// Parses JSON text strictly: at most max_json_depth deep, no number that would change (an integer
/// beyond 64 bits, 1e999), no NaN or Infinity as Python writes them, UTF-8 only, nothing after the
/// value. The last of repeated keys wins, as in Python.
/// Throws: DecodeError, with the offset.
[[nodiscard]] nlohmann::json parse_json(std::string_view text);

}  // namespace castaway
