#include "mutant_result.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace castaway::ci {

using nlohmann::json;

namespace {

/// The sum of what each encounter took, up to the one that killed.
double to_kill(const std::vector<Encounter>& encounters, double Encounter::*what) {
  double sum = 0;
  for (const Encounter& one : encounters) {
    sum += one.*what;
    if (one.killed) break;
  }
  return sum;
}

}  // namespace

json to_json(const Encounter& encounter) {
  json result;
  result["with"] = encounter.with;
  result["killed"] = encounter.killed;
  result["runs"] = encounter.runs;
  result["seconds"] = encounter.seconds;
  result["cpu_seconds"] = encounter.cpu;
  if (!encounter.law.empty()) result["law"] = encounter.law;
  if (!encounter.cases.empty()) result["cases"] = encounter.cases;
  if (!encounter.scenario.empty()) result["scenario"] = encounter.scenario;
  if (encounter.size) {
    json& size = result["size"];
    size["operations"] = encounter.size->operations;
    size["faults"] = encounter.size->faults;
    size["deviations"] = encounter.size->deviations;
    size["minimal"] = encounter.size->minimal;
  }
  return result;
}

Encounter encounter_of(const json& from) {
  Encounter encounter{.with = from.at("with"),
                      .killed = from.at("killed"),
                      .runs = from.at("runs"),
                      .seconds = from.at("seconds"),
                      .cpu = from.at("cpu_seconds"),
                      .law = from.value("law", ""),
                      .cases = from.value("cases", std::vector<std::string>()),
                      .scenario = from.value("scenario", "")};
  if (const auto size = from.find("size"); size != from.end()) {
    encounter.size = SmallestScope{.operations = size->at("operations"),
                                   .faults = size->at("faults"),
                                   .deviations = size->at("deviations"),
                                   .minimal = size->at("minimal")};
  }
  return encounter;
}

const Encounter* MutantResult::killer() const {
  const auto found = std::ranges::find(encounters, true, &Encounter::killed);
  return found == encounters.end() ? nullptr : &*found;
}

double MutantResult::seconds_to_kill() const { return to_kill(encounters, &Encounter::seconds); }
double MutantResult::cpu_to_kill() const { return to_kill(encounters, &Encounter::cpu); }

bool MutantResult::is_wrong() const {
  const bool killed = killer() != nullptr;
  return mutant.benign ? killed : complete && !killed && mutant.survives.empty();
}

json to_json(const MutantResult& result) {
  json object;
  object["mutant"] = result.mutant.id;
  object["name"] = result.mutant.name;
  object["benign"] = result.mutant.benign;
  if (!result.mutant.survives.empty()) object["may_survive"] = result.mutant.survives;
  object["killed"] = result.killer() != nullptr;
  object["complete"] = result.complete;
  object["seconds"] = result.seconds;
  object["cpu_seconds"] = result.cpu;
  json encounters = json::array();
  for (const Encounter& one : result.encounters) encounters.push_back(to_json(one));
  object["encounters"] = std::move(encounters);
  return object;
}

}  // namespace castaway::ci
