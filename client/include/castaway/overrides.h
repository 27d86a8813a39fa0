#pragma once
// Overrides: the settings that prepare() changes. Name only what you want to change; the rest stays
// as it is in the client.
//
//     client.prepare({.server = "host-1", .timeout = 5s})  // the rest stays as it is
//     client.prepare({.version = std::nullopt})            // an explicit null: no version
//
// Source: oslo_messaging/rpc/client.py, _BaseCallContext._prepare: its marker tells a parameter
// left out from None.

#include <concepts>
#include <cstddef>
#include <optional>
#include <string>
#include <utility>

#include "castaway/target.h"
#include "castaway/time.h"

namespace castaway {

/// One setting: left out, null, or a value.
template <class T>
class Override {
 public:
  Override() = default;
  Override(std::nullopt_t) : given_(true) {}  // NOLINT(google-explicit-constructor)
  /// From any value that makes a T without loss: `.timeout = 5s`, `.topic = "compute"`.
  template <class U>
  requires(std::convertible_to<U, T>&& requires(U&& u) { T{std::forward<U>(u)}; })
      // NOLINTNEXTLINE(bugprone-forwarding-reference-overload): no Override converts to a T
      Override(U&& value)
      : given_(true), value_(std::forward<U>(value)) {}  // NOLINT(google-explicit-constructor)
  Override(std::nullptr_t) = delete;

  [[nodiscard]] bool left_out() const { return !given_; }
  [[nodiscard]] bool null() const { return given_ && !value_; }

  /// The parent's value if this one was left out; else this one, or nothing if it is null.
  [[nodiscard]] std::optional<T> apply(const std::optional<T>& parent) const {
    return given_ ? value_ : parent;
  }

  friend bool operator==(const Override&, const Override&) = default;

 private:
  bool given_ = false;
  std::optional<T> value_ = {};
};

struct Overrides {
  Override<std::string> exchange = {};
  Override<std::string> topic = {};
  Override<std::string> namespace_ = {};
  Override<std::string> version = {};
  Override<std::string> server = {};
  Override<bool> fanout = {};
  Override<Duration> timeout = {};               ///< null: rpc_response_timeout
  Override<std::string> version_cap = {};        ///< null: no cap
  Override<int> retry = {};                      ///< null: for ever
  Override<Duration> call_monitor_timeout = {};  ///< null: not monitored
  friend bool operator==(const Overrides&, const Overrides&) = default;
};

/// The target, with the six target fields of `overrides` applied. Null makes a text empty, and
/// fanout false.
[[nodiscard]] inline Target apply(const Overrides& overrides, const Target& target) {
  const auto text = [](const Override<std::string>& field, const std::string& parent) {
    return field.apply(parent).value_or("");
  };
  return {.exchange = text(overrides.exchange, target.exchange),
          .topic = text(overrides.topic, target.topic),
          .namespace_ = text(overrides.namespace_, target.namespace_),
          .version = text(overrides.version, target.version),
          .server = text(overrides.server, target.server),
          .fanout = overrides.fanout.apply(target.fanout).value_or(false)};
}

}  // namespace castaway
