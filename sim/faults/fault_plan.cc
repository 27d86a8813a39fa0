#include "castaway/sim/fault_plan.h"

namespace castaway::sim {
namespace {

using AnyAction = Action::variant;

}  // namespace

Action::Action() = default;
Action::Action(const Action&) = default;
Action::Action(Action&&) noexcept = default;
Action& Action::operator=(const Action&) = default;
Action& Action::operator=(Action&&) noexcept = default;
Action::~Action() = default;
bool operator==(const Action& a, const Action& b) {
  return static_cast<const AnyAction&>(a) == static_cast<const AnyAction&>(b);
}

std::string_view name_of(const Action& action) {
  return std::visit([](const auto& one) -> std::string_view { return one.name; }, action);
}

Fate fate_of(const Action& action, const Chance& chance) {
  Fate fate;
  const auto befall = [&](const auto& one) {
    if constexpr (requires { one.befall(fate, chance); }) one.befall(fate, chance);
  };
  std::visit(befall, action);
  return fate;
}

bool damage(const Action& action, std::string& body, const Chance& chance) {
  const auto apply = [&](const auto& one) {
    constexpr bool damages = requires { one.damage(body, chance); };
    if constexpr (damages) one.damage(body, chance);
    return damages;
  };
  return std::visit(apply, action);
}

check::Detail nature_of(const Action& action) {
  return std::visit([](const auto& one) { return one.nature; }, action);
}

}  // namespace castaway::sim
