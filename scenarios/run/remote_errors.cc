#include "remote_errors.h"

#include <algorithm>
#include <stdexcept>
#include <vector>

namespace castaway::scenario {
namespace {

/// Of any class: a script looks at none.
class AllowedError : public std::runtime_error {
 public:
  using std::runtime_error::runtime_error;
};

}  // namespace

std::set<std::pair<std::string, std::string>> remote_errors(const Scenario& scenario) {
  std::set<std::pair<std::string, std::string>> found = {
      {"builtins", "ValueError"},  // a version that cannot be read
      {"oslo_messaging.rpc.dispatcher", "NoSuchMethod"},
      {"oslo_messaging.rpc.dispatcher", "UnsupportedVersion"}};
  const auto add = [&](const Methods& methods) {
    for (const auto& [method, steps] : methods) {
      for (const Behaviour& step : steps) {
        if (const auto* raise = std::get_if<Raise>(&step))
          found.emplace(raise->module(), raise->class_name());
      }
    }
  };
  for (const Server& server : scenario.servers) {
    add(server.endpoint);
    for (const ServerEndpoint& more : server.more_endpoints) add(more.methods);
  }
  return found;
}

RemoteErrorTypes allowed_types(const Scenario& scenario, const Client& client) {
  RemoteErrorTypes types;
  if (client.allowed_remote_exmods.empty()) return types;
  for (const auto& [module, class_name] : remote_errors(scenario)) {
    if (std::ranges::count(client.allowed_remote_exmods, module) != 0)
      types.allow<AllowedError>(module, class_name);
  }
  return types;
}

}  // namespace castaway::scenario
