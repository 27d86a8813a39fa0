// The errors that calls end in: which modules a client allows, and what an outcome says it raises.

#include <algorithm>

#include <fmt/format.h>

#include "format/wording.h"
#include "lint.h"
#include "run/remote_errors.h"

namespace castaway::scenario {
namespace {

constexpr std::string_view suffix = "_Remote";

}  // namespace

void Linter::look_at_errors() {
  Names modules;
  for (const auto& [module, class_name] : remote_errors(scenario_)) {
    if (!modules.contains(module)) modules.push_back(module);
  }
  for (std::size_t i = 0; i < scenario_.clients.size(); ++i) {
    const std::vector<std::string>& allowed = scenario_.clients[i].allowed_remote_exmods;
    const At at = At() / "clients" / i / "allowed_remote_exmods";
    Names seen;
    for (std::size_t k = 0; k < allowed.size(); ++k) {
      require_unique(at / k, allowed[k], "a module", seen);
      require(at / k, "error is raised of a module called", allowed[k], modules);
    }
  }
}

void Linter::look_at_raises(const At& at, const OutcomeProp& outcome, const Known& known) {
  if (outcome.raises.empty() || outcome.raises == "RemoteError") return;
  if (!outcome.raises.ends_with(suffix)) {
    return complain(at, fmt::format("a call raises \"RemoteError\", or {} if its client allows "
                                    "the error's module",
                                    in_quotes(outcome.raises + std::string(suffix))));
  }
  const auto client = std::ranges::find(scenario_.clients, known.client, &Client::id);
  if (client == scenario_.clients.end()) return;
  Names possible;
  for (const auto& [module, class_name] : remote_errors(scenario_)) {
    if (std::ranges::count(client->allowed_remote_exmods, module) != 0)
      possible.push_back(class_name + std::string(suffix));
  }
  require(at, fmt::format("error that {} allows is raised as", in_quotes(client->id)),
          outcome.raises, possible);
}

}  // namespace castaway::scenario
