#include "dispatcher.h"

#include <algorithm>
#include <cstdlib>
#include <stdexcept>
#include <string>
#include <typeinfo>
#include <utility>

#include <cxxabi.h>
#include <nlohmann/json.hpp>

#include "castaway/runtime.h"
#include "castaway/version.h"

namespace castaway {
namespace {

Failure failure_of(std::string class_name, std::string module, const std::string& message) {
  return {.class_name = std::move(class_name),
          .module = std::move(module),
          .message = message,
          .args = std::make_shared<const nlohmann::json>(nlohmann::json::array({message}))};
}

Failure dispatcher_failure(std::string class_name, const std::string& message) {
  return failure_of(std::move(class_name), "oslo_messaging.rpc.dispatcher", message);
}

/// Where the last "::" is that parts a name from its scope, and not one between < and >, or ( and
/// ): npos if there is none.
std::size_t end_of_scope(std::string_view full) {
  int depth = 0;
  std::size_t found = std::string_view::npos;
  for (std::size_t i = 0; i + 1 < full.size(); ++i) {
    if (full[i] == '<' || full[i] == '(') ++depth;
    if (full[i] == '>' || full[i] == ')') --depth;
    if (depth == 0 && full.substr(i, 2) == "::") found = i;
  }
  return found;
}

/// "std::out_of_range" travels as class out_of_range of module std.
Failure failure_of(const std::type_info& type, const std::string& message) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(type.name(), nullptr, nullptr, &status), &std::free);
  const std::string full = status == 0 ? name.get() : type.name();
  const std::size_t colons = end_of_scope(full);
  if (colons == std::string::npos) return failure_of(full, "", message);
  return failure_of(full.substr(colons + 2), full.substr(0, colons), message);
}

Failure failure_of(const std::exception& error) {
  if (const auto* chosen = dynamic_cast<const EndpointError*>(&error)) return chosen->failure();
  // What is relayed keeps the type that it had where it was raised.
  if (const Failure* relayed = remote_failure(error)) return *relayed;
  return failure_of(typeid(error), error.what());
}

bool accepts(const Endpoint& endpoint, const std::string& namespace_) {
  const auto& legacy = endpoint.legacy_namespaces;
  return endpoint.namespace_ == namespace_ ||
         std::find(legacy.begin(), legacy.end(), namespace_) != legacy.end();
}

}  // namespace

Endpoint ping_endpoint() {
  return {.methods = {{"oslo_rpc_server_ping", expose([](const Object&, const Object&) {
                         return nlohmann::json("pong");
                       })}}};
}

Dispatcher::Dispatcher(std::vector<Endpoint> endpoints, RPCAccessPolicy access_policy,
                       std::shared_ptr<const Serializer> serializer)
    : endpoints_(std::move(endpoints)),
      access_policy_(std::move(access_policy)),
      serializer_(std::move(serializer)) {
  if (!access_policy_) throw std::invalid_argument("An RPCServer needs an access policy");
  for (Endpoint& endpoint : endpoints_) {
    if (endpoint.version.empty()) endpoint.version = "1.0";
    static_cast<void>(version_is_compatible(endpoint.version, endpoint.version));
  }
}

Dispatcher::Found Dispatcher::find(const Request& request) const {
  try {
    if (!request.version.empty())
      static_cast<void>(version_is_compatible(request.version, request.version));
  } catch (const std::invalid_argument& error) {  // it is malformed
    return {.refusal = {.failure = failure_of("ValueError", "builtins", error.what())}};
  }
  // What the access policy throws is the caller's to know, and ends no worker.
  try {
    return walk(request);
  } catch (const std::exception& error) {
    return {.refusal = {.failure = failure_of(error)}};
  } catch (const Unwinding&) {
    throw;
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    if (type == nullptr) throw;  // of another language, which must not be stopped
    return {.refusal = {.failure =
                            failure_of(*type, "an access policy threw what is no std::exception")}};
  }
}

Dispatcher::Found Dispatcher::walk(const Request& request) const {
  const std::string version = request.version.empty() ? "1.0" : request.version;
  bool compatible = false;
  for (const Endpoint& endpoint : endpoints_) {
    if (!accepts(endpoint, request.namespace_) || !version_is_compatible(endpoint.version, version))
      continue;
    compatible = true;
    const auto method = endpoint.methods.find(request.method);
    if (method != endpoint.methods.end() && access_policy_(request.method, method->second))
      return {.method = &method->second};
  }
  if (compatible) {
    return {
        .refusal = {.failure = dispatcher_failure(
                        "NoSuchMethod", "Endpoint does not support RPC method " + request.method),
                    .expected = request.method.ends_with("_ignore_errors")}};
  }
  return {.refusal = {.failure = dispatcher_failure(
                          "UnsupportedVersion", "Endpoint does not support RPC version " + version +
                                                    ". Attempted method: " + request.method)}};
}

Answer Dispatcher::run(const Method& method, const Request& request) const {
  try {
    return {.result = std::make_shared<const nlohmann::json>(invoke(method, request))};
  } catch (const RejectRequest& rejection) {
    return {.failure = failure_of(rejection),
            .expected = method.expects(rejection),
            .rejects = rejection.requeue()};
  } catch (const std::exception& error) {
    return {.failure = failure_of(error), .expected = method.expects(error)};
  } catch (const Unwinding&) {
    throw;
  } catch (...) {
    const std::type_info* type = abi::__cxa_current_exception_type();
    if (type == nullptr) throw;  // of another language, which must not be stopped
    return {.failure = failure_of(*type, "a method threw what is no std::exception")};
  }
}

nlohmann::json Dispatcher::invoke(const Method& method, const Request& request) const {
  if (!serializer_) return method(request.context, request.args);
  const Object ctxt = serializer_->deserialize_context(request.context);
  const Object args = serializer_->deserialize_args(ctxt, request.args);
  return serializer_->serialize_entity(ctxt, method(ctxt, args));
}

}  // namespace castaway
