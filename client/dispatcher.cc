#include "dispatcher.h"

#include <cstdlib>
#include <string>
#include <typeinfo>
#include <utility>

#include <cxxabi.h>
#include <nlohmann/json.hpp>

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

/// "std::out_of_range" travels as class out_of_range of module std.
Failure failure_of(const std::exception& error) {
  int status = 0;
  const std::unique_ptr<char, decltype(&std::free)> name(
      abi::__cxa_demangle(typeid(error).name(), nullptr, nullptr, &status), &std::free);
  const std::string full = status == 0 ? name.get() : typeid(error).name();
  const std::size_t colons = full.rfind("::");
  if (colons == std::string::npos) return failure_of(full, "", error.what());
  return failure_of(full.substr(colons + 2), full.substr(0, colons), error.what());
}

Answer run(const Method& method, const Request& request) {
  try {
    return {.result =
                std::make_shared<const nlohmann::json>(method(request.context, request.args))};
  } catch (const EndpointError& error) {
    return {.failure = error.failure()};
  } catch (const std::exception& error) {
    // What is relayed keeps the type that it had where it was raised.
    const Failure* relayed = remote_failure(error);
    return {.failure = relayed != nullptr ? *relayed : failure_of(error)};
  }
}

Answer find_and_run(const std::vector<Endpoint>& endpoints, const Request& request) {
  const std::string version = request.version.empty() ? "1.0" : request.version;
  bool compatible = false;
  for (const Endpoint& endpoint : endpoints) {
    if (endpoint.namespace_ != request.namespace_ ||
        !version_is_compatible(endpoint.version, version))
      continue;
    compatible = true;
    const auto method = endpoint.methods.find(request.method);
    if (method != endpoint.methods.end() && !request.method.starts_with('_'))
      return run(method->second, request);
  }
  if (compatible) {
    return {.failure = dispatcher_failure(
                "NoSuchMethod", "Endpoint does not support RPC method " + request.method)};
  }
  return {.failure = dispatcher_failure("UnsupportedVersion",
                                        "Endpoint does not support RPC version " + version +
                                            ". Attempted method: " + request.method)};
}

}  // namespace

Answer dispatch(const std::vector<Endpoint>& endpoints, const Request& request) {
  try {
    return find_and_run(endpoints, request);
  } catch (const std::invalid_argument& error) {
    return {.failure =
                failure_of("ValueError", "builtins", error.what())};  // a version that is none
  }
}

}  // namespace castaway
