#include "mend.h"

#include <algorithm>
#include <charconv>
#include <string_view>
#include <vector>

#include "castaway/scenario/json.h"

namespace castaway::scenario {
namespace {

/// The parts of a JSON pointer.
std::vector<std::string_view> parts_of(std::string_view pointer) {
  std::vector<std::string_view> parts;
  while (pointer.starts_with('/')) {
    pointer.remove_prefix(1);
    const std::size_t end = std::min(pointer.find('/'), pointer.size());
    parts.push_back(pointer.substr(0, end));
    pointer.remove_prefix(end);
  }
  return parts;
}

std::size_t number_of(std::string_view part) {
  std::size_t number = 0;
  std::from_chars(part.data(), part.data() + part.size(), number);
  return number;
}

template <class Things>
bool erase_at(Things& things, std::size_t index) {
  if (index >= things.size()) return false;
  things.erase(things.begin() + static_cast<std::ptrdiff_t>(index));
  return true;
}

bool erase_step(Scenario& scenario, const std::vector<std::string_view>& parts) {
  const std::size_t script = number_of(parts[1]);
  if (script >= scenario.script.size()) return false;
  if (parts.size() < 4 || parts[2] != "steps") return erase_at(scenario.script, script);
  return erase_at(scenario.script[script].steps, number_of(parts[3]));
}

bool erase_behaviour(Scenario& scenario, const std::vector<std::string_view>& parts) {
  const std::size_t server = number_of(parts[1]);
  if (server >= scenario.servers.size()) return false;
  const auto method = scenario.servers[server].endpoint.find(std::string(parts[3]));
  if (method == scenario.servers[server].endpoint.end()) return false;
  return erase_at(method->second, number_of(parts[4]));
}

/// Whether what the problem is about could be taken out.
bool take_out(Scenario& scenario, const Problem& problem) {
  const std::vector<std::string_view> parts = parts_of(problem.pointer);
  if (parts.size() < 2) return false;
  if (parts[0] == "faults") return erase_at(scenario.faults, number_of(parts[1]));
  if (parts[0] == "script") return erase_step(scenario, parts);
  if (parts[0] == "clock" && parts[1] == "quiet") {
    scenario.clock.quiet.reset();
    return true;
  }
  if (parts[0] == "clients" && parts.size() == 4 && parts[2] == "allowed_remote_exmods") {
    const std::size_t client = number_of(parts[1]);
    return client < scenario.clients.size() &&
           erase_at(scenario.clients[client].allowed_remote_exmods, number_of(parts[3]));
  }
  return parts[0] == "servers" && parts.size() >= 6 && parts[5] == "gate" &&
         erase_behaviour(scenario, parts);
}

}  // namespace

Problems problems_of(const Scenario& scenario) {
  Problems problems;
  for (const Problem& problem : lint(scenario)) problems.insert(problem.text);
  return problems;
}

std::optional<Scenario> mend(Scenario scenario, const Problems& known) {
  for (;;) {
    std::erase_if(scenario.script, [](const Script& script) { return script.steps.empty(); });
    if (scenario.script.empty() || scenario.clients.empty()) return std::nullopt;
    const std::vector<Problem> problems = lint(scenario);
    // One at a time: what is taken out changes the places of the others, or mends them.
    const auto worst =
        std::find_if(problems.rbegin(), problems.rend(),
                     [&](const Problem& problem) { return !known.contains(problem.text); });
    if (worst == problems.rend()) return scenario;
    if (!take_out(scenario, *worst)) return std::nullopt;
  }
}

}  // namespace castaway::scenario
