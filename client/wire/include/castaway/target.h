#pragma once
// Target: where a request goes, or where a server listens.
//
// Empty means "not given", for every text field. When both are set, fanout wins over server.
// Source: oslo_messaging/target.py, Target.

#include <string>

namespace castaway {

struct Target {
  std::string exchange = {};  ///< the transport's control exchange if empty
  std::string topic = {};
  std::string namespace_ = {};  ///< `namespace` is a keyword in C++
  std::string version = {};     ///< "major.minor", or "major.minor.revision"
  std::string server = {};      ///< one named server; any of the topic's if empty
  bool fanout = false;          ///< every server of the topic
  friend bool operator==(const Target&, const Target&) = default;
};

/// "topic=compute server=host-1": the fields that are given, in the order above.
[[nodiscard]] std::string to_string(const Target& target);

}  // namespace castaway
