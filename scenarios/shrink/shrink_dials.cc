// The numbers and times of a scenario.

#include <algorithm>
#include <concepts>
#include <cstddef>
#include <optional>
#include <type_traits>
#include <utility>

#include "shrink_values.h"

namespace castaway::scenario {
namespace {

std::uint64_t as_number(Duration value) {
  return static_cast<std::uint64_t>(std::max<Duration::rep>(value.count(), 0));
}
std::uint64_t as_number(std::uint64_t value) { return value; }
std::uint64_t as_number(const std::optional<Duration>& value) {
  return value ? as_number(*value) : 0;
}

void put(Duration& to, std::uint64_t number) { to = Duration(static_cast<Duration::rep>(number)); }
void put(std::uint64_t& to, std::uint64_t number) { to = number; }
void put(std::uint32_t& to, std::uint64_t number) { to = static_cast<std::uint32_t>(number); }
void put(std::optional<Duration>& to, std::uint64_t number) {
  if (to) to = Duration(static_cast<Duration::rep>(number));
}

class Collector {
 public:
  explicit Collector(const Scenario& scenario) : scenario_(scenario) {}

  /// `at` gives the place in a scenario, to be looked at or changed, or null where there is none.
  template <class At>
  void add(At at, std::uint64_t least = 0) {
    using Value = std::remove_pointer_t<decltype(at(std::declval<Scenario&>()))>;
    Dial dial{.get =
                  [at](const Scenario& scenario) {
                    const auto* value = at(scenario);
                    return value == nullptr ? 0 : as_number(*value);
                  },
              .set =
                  [at](Scenario& scenario, std::uint64_t number) {
                    if (auto* value = at(scenario)) put(*value, number);
                  },
              .least = least,
              .round = !std::is_integral_v<Value>};
    if (dial.get(scenario_) > least) found_.push_back(std::move(dial));
  }
  [[nodiscard]] std::vector<Dial> found() const { return found_; }

 private:
  const Scenario& scenario_;
  std::vector<Dial> found_;
};

/// A field of an alternative, where that is the one that stands there.
template <class T, class Variant, class Field>
auto* field_of(Variant& variant, Field T::*field) {
  auto* value = std::get_if<T>(&variant);
  return value == nullptr ? nullptr : &(value->*field);
}

void of_servers(Collector& collector, const Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.servers.size(); ++i) {
    collector.add([i](auto& s) { return &s.servers[i].start; });
    collector.add([i](auto& s) { return &s.servers[i].workers; }, 1);
    for (const auto& [method, behaviour] : scenario.servers[i].endpoint) {
      for (std::size_t k = 0; k < behaviour.size(); ++k) {
        collector.add([i, method = method, k](auto& s) {
          return field_of(s.servers[i].endpoint.at(method)[k], &Sleep::for_);
        });
      }
    }
  }
}

void of_tasks(Collector& collector, const Scenario& scenario) {
  for (std::size_t i = 0; i < scenario.clients.size(); ++i) {
    collector.add([i](auto& s) { return &s.clients[i].timeout; }, 1);
    collector.add([i](auto& s) { return &s.clients[i].monitor; }, 1);
  }
  for (std::size_t i = 0; i < scenario.script.size(); ++i) {
    for (std::size_t k = 0; k < scenario.script[i].steps.size(); ++k) {
      collector.add([i, k](auto& s) { return field_of(s.script[i].steps[k], &Wait::for_); });
      collector.add([i, k](auto& s) { return field_of(s.script[i].steps[k], &Operation::timeout); },
                    1);
    }
  }
}

/// The fields of an action that say that they may become smaller.
void of_rule(Collector& collector, const sim::Action& action, std::size_t i) {
  const auto add = [&](auto member, std::uint64_t least) {
    collector.add([i, member](auto& s) { return field_of(s.faults[i].action, member); }, least);
  };
  const auto add_times = [&](auto member) {
    for (const auto time : {&sim::Distribution::a, &sim::Distribution::b}) {
      collector.add([i, member, time](auto& s) {
        auto* by = field_of(s.faults[i].action, member);
        return by == nullptr ? nullptr : &(by->*time);
      });
    }
  };
  collector.add([i](auto& s) { return &s.faults[i].when.at; });
  std::visit(
      [&]<class A>(const A&) {
        A::fields([&](const char*, auto member, const sim::FieldInfo& info) {
          using Value = std::remove_cvref_t<decltype(A().*member)>;
          if constexpr (std::same_as<Value, sim::Distribution>) {
            if (info.shrinks) add_times(member);
          } else if constexpr (requires(Value & value) { put(value, 0U); }) {
            if (info.shrinks) add(member, info.least);
          }
        });
      },
      action);
}

}  // namespace

std::vector<Dial> dials(const Scenario& scenario) {
  Collector collector(scenario);
  of_servers(collector, scenario);
  of_tasks(collector, scenario);
  for (std::size_t i = 0; i < scenario.faults.size(); ++i)
    of_rule(collector, scenario.faults[i].action, i);
  return collector.found();
}

}  // namespace castaway::scenario
