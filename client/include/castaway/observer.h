#pragma once
// Observer: what the library tells whoever wants to know more than the bytes say. A simulation
// records histories with it.
//
// Every function is called on the task that does the thing, and must not wait. Operations are known
// by their unique_id, the executions of a server by that of the request.

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "castaway/error.h"
#include "castaway/object.h"
#include "castaway/target.h"
#include "castaway/time.h"

namespace castaway {

struct Closed;

struct Invocation {
  const std::string& unique_id;
  const std::string& msg_id;  ///< empty for a cast
  const Target& target;
  const std::string& method;
  const Object& args;
  bool call = false;           ///< or a cast
  TimePoint deadline = never;  ///< when it must have completed
  /// Of a monitored call: it may time out when the server gives no sign of life for so long.
  std::optional<Duration> call_monitor_timeout = {};
};

/// How an operation ended for its caller. At most one of the pointers is set; for an accepted cast
/// none.
struct Completion {
  const nlohmann::json* result = nullptr;
  const Failure* remote = nullptr;  ///< the endpoint's error
  bool timeout = false;
  bool failure = false;             ///< any other error
  Effect effect = Effect::unknown;  ///< of timeout and failure
  std::string_view what = {};       ///< their text
};

struct Execution {
  const std::string& unique_id;  ///< of the request; may be empty or a stranger's
  const std::string& msg_id;     ///< empty for a cast
  const std::string& server;     ///< the server's name
  const std::string& method;
  const Object& args;
  /// Of an error, once there is one: nobody needs to be alarmed. The method announced it with
  /// expected_exceptions, or the caller asked for a method whose name ends in "_ignore_errors".
  bool expected = false;
};

class Observer {
 public:
  virtual ~Observer() = default;
  virtual void invoked(const Invocation&) {}
  /// The request was handed to a connection: for the first time (attempt 1), or again.
  virtual void sent(std::string_view /*unique_id*/, int /*attempt*/) {}
  /// The broker confirmed the request to the client.
  virtual void accepted(std::string_view /*unique_id*/) {}
  virtual void completed(std::string_view /*unique_id*/, const Completion&) {}
  virtual void executing(const Execution&) {}
  /// One of the two is set.
  virtual void executed(const Execution&, const nlohmann::json* /*result*/,
                        const Failure* /*failure*/) {}
  /// The request was answered with an error, and nothing was executed: there is no such method, or
  /// the request makes no sense.
  virtual void refused(const Execution&, const Failure&) {}
  /// The broker has taken the consumers of a server: once it has started, and again after each
  /// loss.
  virtual void serving(const Target& /*server*/) {}
  /// A server gets no requests: it could not connect, the broker refused what it declares, or it
  /// has lost its connection or a queue. It tries again until it is stopped.
  virtual void not_serving(const Target& /*server*/, const Closed& /*why*/) {}
  /// An error that nobody else will hear of: a reply that could not be sent, a message that could
  /// not be read.
  virtual void swallowed_error(std::string_view /*where*/, std::string_view /*what*/) {}
};

}  // namespace castaway
