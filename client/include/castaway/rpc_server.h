#pragma once
// RPCServer: listens on a topic, for itself by name, and for fanouts, and runs the methods of its
// endpoints.
//
//     Endpoint endpoint{.methods = {{"ping", [](const Object&, const Object& args) { return
//     args.json().at("n"); }}}}; RPCServer server(transport, {.topic = "compute", .server =
//     "host-1"}, {endpoint}); server.start();
//
// Source: oslo_messaging/rpc/server.py, server.py and rpc/dispatcher.py.

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "castaway/error.h"
#include "castaway/object.h"
#include "castaway/rpc_transport.h"
#include "castaway/target.h"

namespace castaway {

/// What a method throws to choose what its caller sees: see Failure.
class EndpointError : public std::runtime_error {
 public:
  explicit EndpointError(Failure failure)
      : std::runtime_error(failure.message), failure_(std::move(failure)) {}
  [[nodiscard]] const Failure& failure() const { return failure_; }

 private:
  Failure failure_;
};

/// A method gets the caller's context and arguments and returns the value that the caller gets. It
/// may wait. Any std::exception that it throws reaches the caller as a RemoteError.
using Method = std::function<nlohmann::json(const Object& ctxt, const Object& args)>;

/// Methods of one namespace and version. Names that begin with '_' are private and cannot be
/// called.
struct Endpoint {
  std::string namespace_ = {};
  std::string version = "1.0";
  std::map<std::string, Method> methods = {};
};

struct RPCServerOptions {
  std::uint16_t workers = 64;  ///< executor_thread_pool_size: how many methods run at once
};

class RPCServer final {
 public:
  /// Throws: InvalidTarget unless `target` has a topic and a server.
  RPCServer(RPCTransport& transport, Target target, std::vector<Endpoint> endpoints,
            RPCServerOptions options = {});
  /// stop() and wait().
  ~RPCServer();
  RPCServer(const RPCServer&) = delete;
  RPCServer& operator=(const RPCServer&) = delete;

  /// Begins to consume. A server that has started again only goes on.
  /// Waits: until the broker has taken its consumers, for ever if there is no broker.
  void start();

  /// Takes no more requests. No method begins after this returns (in profile strict; classic hands
  /// over what it has accepted). Waits: until the broker has cancelled the consumers, or the link
  /// is lost.
  void stop();

  /// Waits: until the methods that run have ended and their replies are out; then closes the
  /// connection.
  void wait();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace castaway
