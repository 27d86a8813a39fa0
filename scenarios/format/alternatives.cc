// What copies, moves, destroys and compares a step, a behaviour and a property: compiled here once,
// for it would be much to compile for each file that has to do with scenarios.

#include "castaway/scenario/scenario.h"

namespace castaway::scenario {
namespace {

template <class T>
bool equal(const T& a, const T& b) {
  using Alternatives = typename T::variant;
  return static_cast<const Alternatives&>(a) == static_cast<const Alternatives&>(b);
}

}  // namespace

Behaviour::Behaviour() = default;
Behaviour::Behaviour(const Behaviour&) = default;
Behaviour::Behaviour(Behaviour&&) noexcept = default;
Behaviour& Behaviour::operator=(const Behaviour&) = default;
Behaviour& Behaviour::operator=(Behaviour&&) noexcept = default;
Behaviour::~Behaviour() = default;
bool operator==(const Behaviour& a, const Behaviour& b) { return equal(a, b); }

ScriptStep::ScriptStep() = default;
ScriptStep::ScriptStep(const ScriptStep&) = default;
ScriptStep::ScriptStep(ScriptStep&&) noexcept = default;
ScriptStep& ScriptStep::operator=(const ScriptStep&) = default;
ScriptStep& ScriptStep::operator=(ScriptStep&&) noexcept = default;
ScriptStep::~ScriptStep() = default;
bool operator==(const ScriptStep& a, const ScriptStep& b) { return equal(a, b); }

AnyProp::AnyProp() = default;
AnyProp::AnyProp(const AnyProp&) = default;
AnyProp::AnyProp(AnyProp&&) noexcept = default;
AnyProp& AnyProp::operator=(const AnyProp&) = default;
AnyProp& AnyProp::operator=(AnyProp&&) noexcept = default;
AnyProp::~AnyProp() = default;
bool operator==(const AnyProp& a, const AnyProp& b) { return equal(a, b); }

}  // namespace castaway::scenario
