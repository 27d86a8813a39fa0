// What a person would have left out.

#include <algorithm>
#include <cstddef>
#include <set>
#include <string>

#include "shrink_values.h"

namespace castaway::scenario {
namespace {

/// Each is put to the scenario once: what changes nothing is no simplification.
class Collector {
 public:
  explicit Collector(const Scenario& scenario) : scenario_(scenario) {}

  void add(Simplification simplify) {
    Scenario simpler = scenario_;
    simplify(simpler);
    if (!(simpler == scenario_)) found_.push_back(std::move(simplify));
  }
  [[nodiscard]] std::vector<Simplification> found() const { return found_; }

 private:
  const Scenario& scenario_;
  std::vector<Simplification> found_;
};

void of_the_world(Collector& collector) {
  collector.add([](Scenario& s) { s.broker.any_order = false; });
  collector.add([](Scenario& s) { s.broker.durable = false; });
  collector.add([](Scenario& s) { s.broker.mandatory = false; });
  collector.add([](Scenario& s) { s.broker.isolated = false; });
  collector.add([](Scenario& s) { s.broker.latency = BrokerWorld().latency; });
  collector.add([](Scenario& s) { s.clock.slack = {}; });
  collector.add([](Scenario& s) { s.clock.quiet.reset(); });
  collector.add([](Scenario& s) { s.clock.recovery = Clock().recovery; });
}

void of_servers(Collector& collector, const Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.servers.size(); ++i) {
    collector.add([i](Scenario& s) { s.servers[i].workers = 1; });
    for (std::size_t k = scenario.servers[i].more_endpoints.size(); k-- > 0;) {
      collector.add([i, k](Scenario& s) {
        auto& more = s.servers[i].more_endpoints;
        if (k < more.size()) more.erase(more.begin() + static_cast<std::ptrdiff_t>(k));
      });
    }
    for (const auto& [method, behaviour] : scenario.servers[i].endpoint) {
      collector.add([i, method = method](Scenario& s) { s.servers[i].endpoint.erase(method); });
      for (std::size_t k = 0; k < behaviour.size(); ++k) {
        collector.add([i, method = method, k](Scenario& s) {
          const auto found = s.servers[i].endpoint.find(method);
          if (found == s.servers[i].endpoint.end() || k >= found->second.size()) return;
          if (auto* raise = std::get_if<Raise>(&found->second[k]))
            raise->type = raise->class_name();
        });
      }
      // From the back, so that those before keep their places.
      for (std::size_t k = behaviour.size(); k-- > 0;) {
        collector.add([i, method = method, k](Scenario& s) {
          const auto found = s.servers[i].endpoint.find(method);
          if (found == s.servers[i].endpoint.end() || k >= found->second.size()) return;
          found->second.erase(found->second.begin() + static_cast<std::ptrdiff_t>(k));
        });
      }
    }
  }
}

void of_clients(Collector& collector, const Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
    collector.add([i](Scenario& s) { s.clients[i].retry = -1; });
    collector.add([i](Scenario& s) { s.clients[i].version_cap.clear(); });
    for (std::size_t k = scenario.clients[i].allowed_remote_exmods.size(); k-- > 0;) {
      collector.add([i, k](Scenario& s) {
        auto& modules = s.clients[i].allowed_remote_exmods;
        if (k < modules.size()) modules.erase(modules.begin() + static_cast<std::ptrdiff_t>(k));
      });
    }
    collector.add([i](Scenario& s) { s.clients[i].timeout.reset(); });
    collector.add([i](Scenario& s) { s.clients[i].monitor.reset(); });
  }
}

void of_operations(Collector& collector, const Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.script.size(); ++i) {
    for (std::size_t k = 0; k < scenario.script[i].steps.size(); ++k) {
      const auto at = [&](auto simplify) {
        collector.add([i, k, simplify](Scenario& s) {
          if (auto* operation = std::get_if<Operation>(&s.script[i].steps[k]))
            simplify(*operation, s.script[i]);
        });
      };
      at([](Operation& operation, const Script&) { operation.timeout.reset(); });
      at([](Operation& operation, const Script&) { operation.args = {}; });
      at([](Operation& operation, const Script&) { operation.context = {}; });
      at([](Operation& operation, const Script&) { operation.nonce.clear(); });
      at([](Operation& operation, const Script& script) {
        if (!script.repeat && !operation.only.empty()) operation.repeat.reset();
      });
    }
  }
}

/// A condition that goes makes the rule fire whenever it can: a chance becomes a certainty, never a
/// count.
void of_rules(Collector& collector, const Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.faults.size(); ++i) {
    const auto at = [&](auto simplify) {
      collector.add([i, simplify](Scenario& s) { simplify(s.faults[i].when); });
    };
    at([](sim::When& when) { when.prob.reset(); });
    at([](sim::When& when) { when.burst.reset(); });
    at([](sim::When& when) { when.window.reset(); });
    at([](sim::When& when) { when.every = 0; });
    at([](sim::When& when) { when.repeat.reset(); });
    at([](sim::When& when) { when.limit = 0; });
  }
}

}  // namespace

std::vector<Simplification> simplifications(const Scenario& scenario) {
  Collector collector(scenario);
  of_the_world(collector);
  of_servers(collector, scenario);
  of_clients(collector, scenario);
  of_operations(collector, scenario);
  of_rules(collector, scenario);
  return collector.found();
}

}  // namespace castaway::scenario
