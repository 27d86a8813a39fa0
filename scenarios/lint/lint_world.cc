#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/scenario/cases.h"

#include "format/wording.h"
#include "lint.h"

namespace castaway::scenario {
namespace {

/// Whether what comes after it is never done.
bool ends_the_method(const Behaviour& step) {
  const auto* reject = std::get_if<Reject>(&step);
  if (reject != nullptr) return reject->times == 0;
  return !std::holds_alternative<Sleep>(step) && !std::holds_alternative<Gate>(step) &&
         !std::holds_alternative<Operation>(step);
}

}  // namespace

void Linter::look_at_world() {
  Names ids;
  for (const Case& known : cases()) ids.emplace_back(known.id);
  for (std::size_t i = 0; i < scenario_.cases.size(); ++i) {
    require(At() / "cases" / i, "case is called", scenario_.cases[i], ids);
  }
  for (std::size_t i = 0; i < scenario_.needs.size(); ++i) {
    require(At() / "needs" / i, "capability is called", scenario_.needs[i], capabilities());
  }
  if (scenario_.clock.limit <= Duration::zero()) {
    complain(At() / "clock" / "limit", "nothing can happen before the run ends");
  }
  if (scenario_.clock.quiet && *scenario_.clock.quiet >= scenario_.clock.limit) {
    complain(At() / "clock" / "quiet", "the run ends before that");
  }

  Names seen = {"broker"};
  for (std::size_t i = 0; i < scenario_.servers.size(); ++i) {
    const Server& server = scenario_.servers[i];
    const At at = At() / "servers" / i;
    require_unique(at / "id", server.id, "a process", seen);
    if (server.start > Duration::zero() && server.start >= scenario_.clock.limit) {
      complain(at / "start", fmt::format("the run ends at {}, before this server starts",
                                         castaway::to_string(scenario_.clock.limit)));
    }
    look_at_rights(at, server.rights);
    look_at_methods(at / "endpoint", server.endpoint, server.acks_late);
    look_at_more_endpoints(at / "more_endpoints", server);
  }
  for (std::size_t i = 0; i < scenario_.clients.size(); ++i) {
    require_unique(At() / "clients" / i / "id", scenario_.clients[i].id, "a process", seen);
    look_at_rights(At() / "clients" / i, scenario_.clients[i].rights);
  }
  look_at_errors();
  for (std::size_t i = 0; i < scenario_.clients.size(); ++i) {
    const std::string& process = scenario_.clients[i].process;
    if (!seen.contains(process)) continue;
    complain(At() / "clients" / i / "process",
             fmt::format("{} is the name of a server, a client or the broker", in_quotes(process)));
  }
}

/// Two that serve the same: the second is never asked for what the first has.
void Linter::look_at_more_endpoints(const At& at, const Server& server) {
  std::vector<ServerEndpoint> before = {
      {.namespace_ = server.namespace_, .version = server.version, .methods = server.endpoint}};
  for (std::size_t i = 0; i < server.more_endpoints.size(); ++i) {
    const ServerEndpoint& endpoint = server.more_endpoints[i];
    look_at_methods(at / i / "methods", endpoint.methods, server.acks_late);
    for (const ServerEndpoint& other : before) {
      if (endpoint.namespace_ != other.namespace_ || endpoint.version != other.version) continue;
      for (const auto& [method, steps] : endpoint.methods) {
        if (!other.methods.contains(method)) continue;
        complain(at / i / "methods" / method,
                 "an endpoint before this one has it, under the same namespace and version");
      }
    }
    before.push_back(endpoint);
  }
}

void Linter::look_at_methods(const At& at, const Methods& methods, bool acks_late) {
  for (const auto& [method, steps] : methods) look_at_method(at / method, steps, acks_late);
}

void Linter::look_at_method(const At& at, const std::vector<Behaviour>& steps, bool acks_late) {
  for (std::size_t i = 0; i < steps.size(); ++i) {
    if (const auto* gate = std::get_if<Gate>(&steps[i])) {
      require(at / i / "gate", "step opens the gate", gate->name, opened_);
    }
    if (const auto* raise = std::get_if<Raise>(&steps[i]);
        raise != nullptr && (raise->module().empty() || raise->class_name().empty())) {
      complain(at / i / "raise",
               fmt::format("{} names no class: expected \"OutOfStock\", or with its module "
                           "\"shop.errors.OutOfStock\"",
                           in_quotes(raise->type)));
    }
    if (const auto* value = std::get_if<Return>(&steps[i])) {
      if (const auto& returned = value->value.json(); returned.contains("value"))
        look_at_texts(at / i / "return", returned["value"]);
    }
    const auto* operation = std::get_if<Operation>(&steps[i]);
    if (operation != nullptr) {
      const At here = at / i / with_article(operation->kind).substr(2);
      look_at_operation(here, *operation, 1);
      if (operation->repeat || !operation->only.empty()) {
        complain(here / (operation->repeat ? "repeat" : "only"),
                 "a method does it once in each execution: write it as often as it is to be done");
      }
    }
    if (std::holds_alternative<Reject>(steps[i]) && !acks_late) {
      complain(
          at / i / "reject",
          "its server has acknowledged a request before it runs it: one with \"acks_late\": true "
          "can reject it");
    }
    if (ends_the_method(steps[i]) && i + 1 < steps.size()) {
      complain(at / (i + 1), "the step before this one ends the method");
      break;
    }
  }
}

}  // namespace castaway::scenario
