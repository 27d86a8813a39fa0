#pragma once
// Endpoint: the methods that a server offers under one namespace and version. Pass one or more to
// an RPCServer.
//
//     const Endpoint endpoint{.version = "1.2", .methods = {
//         {"ping", [](const Object&, const Object& args) { return args.json().at("n"); }},
//         {"find", expected_exceptions<std::out_of_range>(find)}}};
//
// Source: oslo_messaging/rpc/dispatcher.py; rpc/server.py, expose and expected_exceptions.

#include <concepts>
#include <exception>
#include <functional>
#include <map>
#include <stdexcept>
#include <string>
#include <type_traits>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "castaway/error.h"
#include "castaway/object.h"

namespace castaway {

/// Throw it from a method to choose exactly what the caller sees: see Failure.
class EndpointError : public std::runtime_error {
 public:
  explicit EndpointError(Failure failure)
      : std::runtime_error(failure.message), failure_(std::move(failure)) {}
  [[nodiscard]] const Failure& failure() const { return failure_; }

 private:
  Failure failure_;
};

/// Throw it from a method to answer nothing: its request is rejected, and goes back to its queue
/// or, without `requeue`, to the queue's dead letter exchange if it has one. Only a server with
/// acks_late still has it; for any other this is an error like others.
/// Source: AMQP 0-9-1, basic.reject; Celery, Reject.
class RejectRequest final : public std::runtime_error {
 public:
  explicit RejectRequest(bool requeue)
      : std::runtime_error(requeue ? "The request was given back" : "The request was rejected"),
        requeue_(requeue) {}
  [[nodiscard]] bool requeue() const { return requeue_; }

 private:
  bool requeue_;
};

/// A function that callers can call. It gets the caller's context and arguments, and returns the
/// caller's result. It may wait. Whatever it throws reaches the caller as a RemoteError.
class Method {
 public:
  using Body = std::function<nlohmann::json(const Object& ctxt, const Object& args)>;

  /// Takes any function of that form.
  template <class F>
  requires(!std::is_same_v<std::remove_cvref_t<F>, Method> && std::constructible_from<Body, F>)
      // NOLINTNEXTLINE(google-explicit-constructor): methods are written in place.
      Method(F body)
      : body_(std::move(body)) {}

  /// Waits: as long as the body does.
  [[nodiscard]] nlohmann::json operator()(const Object& ctxt, const Object& args) const;

  [[nodiscard]] bool exposed() const { return exposed_; }
  /// Whether `error` is one of the method's expected_exceptions, or of a type derived from one.
  [[nodiscard]] bool expects(const std::exception& error) const;

  friend Method expose(Method method);
  template <class... Errors>
  friend Method expected_exceptions(Method method);

 private:
  Body body_;
  bool exposed_ = false;
  std::vector<std::function<bool(const std::exception&)>> expected_ = {};
};

/// Marks a method for ExplicitRPCAccessPolicy.
[[nodiscard]] Method expose(Method method);

/// Marks errors of these types as a normal part of what the method does. The caller sees no
/// difference; the server's Observer does.
template <class... Errors>
[[nodiscard]] Method expected_exceptions(Method method) {
  static_assert((std::is_base_of_v<std::exception, Errors> && ...));
  (method.expected_.emplace_back([](const std::exception& error) {
    if constexpr (std::is_same_v<Errors, std::exception>)
      return true;
    else
      return dynamic_cast<const Errors*>(&error) != nullptr;
  }),
   ...);
  return method;
}

struct Endpoint {
  std::string namespace_ = {};
  std::string version = "1.0";  ///< "1.0" if empty
  std::map<std::string, Method> methods = {};
  /// More namespaces under which it answers; "" stands for requests without one.
  std::vector<std::string> legacy_namespaces = {};
};

}  // namespace castaway
