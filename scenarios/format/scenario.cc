#include "castaway/scenario/scenario.h"

#include <algorithm>
#include <tuple>

#include <nlohmann/json.hpp>

namespace castaway::scenario {
namespace {

/// What the method returns: null unless the step says otherwise.
const nlohmann::json& returned_value(const Return& step) {
  static const nlohmann::json null;
  const auto found = step.value.json().find("value");
  return found == step.value.json().end() ? null : *found;
}

/// Everything that is plain data.
auto plain_fields(const Scenario& s) {
  return std::tie(s.name, s.about, s.source, s.cases, s.needs, s.profiles, s.seed, s.clock,
                  s.broker, s.servers, s.clients, s.script, s.faults, s.explore, s.expect,
                  s.deviations);
}

bool same_finding(const Scenario& a, const Scenario& b) {
  if (!a.finding || !b.finding) return a.finding == b.finding;
  return *a.finding == *b.finding;
}

}  // namespace

bool operator==(const Return& a, const Return& b) { return returned_value(a) == returned_value(b); }

std::string Raise::module() const {
  const std::size_t dot = type.rfind('.');
  return dot == std::string::npos ? "endpoint" : type.substr(0, dot);
}

/// npos + 1 is the beginning.
std::string Raise::class_name() const { return type.substr(type.rfind('.') + 1); }

bool operator==(const Scenario& a, const Scenario& b) {
  return plain_fields(a) == plain_fields(b) && same_finding(a, b);
}

bool Fired::is_of(SubjectProfile profile) const {
  return profiles.empty() || std::ranges::count(profiles, profile) != 0;
}

std::vector<std::string> Operation::names(std::uint32_t task, std::uint32_t tasks) const {
  if (!repeat && only.empty() && tasks == 1) return {as};
  const std::uint32_t copies = repeat.value_or(1);
  std::vector<std::string> result;
  for (std::uint32_t index = task * copies; index < (task + 1) * copies; ++index) {
    if (only.empty()) result.push_back(as + '#' + std::to_string(index));
  }
  for (const std::uint32_t index : only) {
    const bool mine = tasks == 1 || index / copies == task;
    if (mine) result.push_back(as + '#' + std::to_string(index));
  }
  return result;
}

std::string_view to_string(Explore::How strategy) {
  switch (strategy) {
    case Explore::How::single:
      return "single";
    case Explore::How::random:
      return "random";
    case Explore::How::boundary:
      return "boundary";
    case Explore::How::pct:
      return "pct";
    case Explore::How::exhaustive:
      return "exhaustive";
    case Explore::How::portfolio:
      return "portfolio";
  }
  return "?";
}

std::string_view to_string(SubjectProfile profile) {
  switch (profile) {
    case SubjectProfile::strict:
      return "strict";
    case SubjectProfile::classic:
      return "classic";
    case SubjectProfile::strict_claims:
      return "strict+claims";
  }
  return "?";
}

const std::string& name_of(const Property& property) {
  const auto* law = std::get_if<LawProp>(&property.what);
  return property.id.empty() && law != nullptr ? law->name : property.id;
}

}  // namespace castaway::scenario
