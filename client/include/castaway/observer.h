#pragma once
// Observer: is told what the library does, step by step. Use it for logs and metrics; a simulation
// records its history with it.
//
// Each function is called on the task that does the work, and must not wait. An operation is
// identified by its unique_id, an execution by the unique_id of its request.

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
  /// Of a monitored call: it may time out once the server has sent no heartbeat for this long.
  std::optional<Duration> call_monitor_timeout = {};
  std::optional<int> retry = {};  ///< for ever if none or negative
};

/// How an operation ended for its caller. At most one of the pointers is set, and none for an
/// accepted cast.
struct Completion {
  const nlohmann::json* result = nullptr;
  const Failure* remote = nullptr;  ///< the endpoint's error
  bool timeout = false;
  bool failure = false;             ///< any other error
  Effect effect = Effect::unknown;  ///< of timeout and failure
  std::string_view what = {};       ///< their text
  /// Of an endpoint's error, Python's name for the type that the call throws: "RemoteError", or
  /// "OutOfStock_Remote" for an allowed type.
  std::string_view raised = {};
};

struct Execution {
  const std::string& unique_id;  ///< of the request; may be empty, or another program's
  const std::string& msg_id;     ///< empty for a cast
  const std::string& server;     ///< the server's name
  const std::string& method;
  const Object& args;
  bool settled = false;  ///< only after the broker had settled its delivery, as profile strict does
  /// Of an error, once there is one: it needs no attention. The method declared it with
  /// expected_exceptions, or the method's name ends in "_ignore_errors".
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
  /// The transport closes: operations that wait fail, and what is sent from now on is not sent.
  virtual void closing() {}
  virtual void executing(const Execution&) {}
  /// Exactly one of the two is set.
  virtual void executed(const Execution&, const nlohmann::json* /*result*/,
                        const Failure* /*failure*/) {}
  /// The server answered with an error and executed nothing: there is no such method, or the
  /// request is malformed.
  virtual void refused(const Execution&, const Failure&) {}
  /// The broker has accepted a server's consumers: after it has started, and again after each loss
  /// of its connection or a queue.
  virtual void serving(const Target& /*server*/) {}
  /// A server receives no requests: it could not connect, the broker refused what it declares, or
  /// it lost its connection or a queue. It tries again until it is stopped.
  virtual void not_serving(const Target& /*server*/, const Closed& /*why*/) {}
  /// An error that is reported nowhere else: a reply that could not be sent, a message that could
  /// not be read.
  virtual void swallowed_error(std::string_view /*where*/, std::string_view /*what*/) {}
};

}  // namespace castaway
