#include "castaway/scenario/json.h"

#include <algorithm>
#include <iterator>
#include <map>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "fields.h"
#include "json_layout.h"
#include "json_text.h"
#include "schema.h"
#include "wording.h"

namespace castaway::scenario {

using nlohmann::json;
using nlohmann::ordered_json;

void fields(auto& form, Is<sim::Deviation> auto& deviation) {
  form.always("at", deviation.at);
  form.u64("answer", deviation.answer);
}

namespace {

/// What people read first.
void head(auto& form, auto& scenario) {
  form.constant("scenario", 1);
  form.always("name", scenario.name);
  form("about", scenario.about);
  form("source", scenario.source);
  form("cases", scenario.cases);
  form("needs", scenario.needs);
  form("profiles", scenario.profiles, {SubjectProfile::strict});
  form.u64("seed", scenario.seed, 1);
}

Scenario read(const json& from) {
  Scenario scenario;
  const Reader form(from);
  head(form, scenario);
  read_world(from, scenario);
  read_script(from, scenario);
  read_faults(from, scenario);
  read_expect(from, scenario);
  form("deviations", scenario.deviations);
  if (form.has("finding")) scenario.finding = std::make_shared<const json>(from["finding"]);
  return scenario;
}

ordered_json written(const Scenario& scenario) {
  ordered_json to(ordered_json::value_t::object);
  Writer form(to);
  head(form, scenario);
  write_world(to, scenario);
  write_script(to, scenario);
  write_faults(to, scenario);
  write_expect(to, scenario);
  form("deviations", scenario.deviations);
  if (scenario.finding) to["finding"] = ordered_json(*scenario.finding);
  return to;
}

void add_flaws(std::vector<Flaw> flaws, std::string_view text, std::vector<Problem>& problems) {
  if (flaws.size() > most_problems) flaws.resize(most_problems);
  std::ranges::move(place(flaws, text), std::back_inserter(problems));
}

std::string as_lines(const std::string& name, const std::vector<Problem>& problems) {
  std::string lines;
  for (const auto& [pointer, line, column, text] : problems) {
    if (!lines.empty()) lines += '\n';
    lines += name;
    if (line > 0) lines += fmt::format(":{}:{}", line, column);
    lines += ": ";
    if (!pointer.empty()) lines += printable(pointer) + ": ";
    lines += text;
  }
  return lines;
}

/// In the order of their places; of one place, in the order in which they were found.
void throw_if_any(const std::string& name, std::vector<Problem> problems) {
  if (problems.empty()) return;
  std::multimap<std::pair<int, int>, Problem> by_place;
  for (Problem& problem : problems) {
    const std::pair place(problem.line, problem.column);
    by_place.emplace(place, std::move(problem));
  }
  problems.clear();
  for (auto& [place, problem] : by_place) problems.push_back(std::move(problem));
  if (problems.size() > most_problems) problems.resize(most_problems);
  throw ScenarioError(name, std::move(problems));
}

/// What every scenario has, and a file of faults has not. Nothing is late there but by a fault.
json scenario_around(const json& faults) {
  json whole = {{"scenario", 1},
                {"name", "faults"},
                {"servers", json::array()},
                {"clients", json::array()},
                {"script", json::array()},
                {"expect", json::object()}};
  whole.update(faults);
  json& broker = whole["broker"];
  if (broker.is_null()) broker = json::object();
  if (broker.is_object() && !broker.contains("latency")) broker["latency"] = {{"const", "0s"}};
  return whole;
}

/// The keys that only a scenario may have.
std::vector<Flaw> keys_of_scenarios(const json& faults) {
  std::vector<Flaw> flaws;
  const json broker = faults.value("broker", json());
  for (const char* const key : {"topology", "durable", "mandatory", "queue_arguments"}) {
    if (broker.is_object() && broker.contains(key))
      flaws.push_back({below("/broker", key),
                       "only a scenario has this key: it is what clients ask for, and these are "
                       "other programs",
                       true});
  }
  const json whole = scenario_around(json::object());
  for (const auto& [key, value] : faults.items()) {
    if (key != "broker" && whole.contains(key))
      flaws.push_back({"/" + key,
                       "only a scenario has this key, and it has \"scenario\": 1 too; "
                       "faults alone have \"faults\" and \"broker\"",
                       true});
  }
  return flaws;
}

}  // namespace

ScenarioError::ScenarioError(const std::string& name, std::vector<Problem> problems)
    : std::runtime_error(as_lines(name, problems)), problems_(std::move(problems)) {}

Scenario parse(std::string_view text, const std::string& name) {
  const json value = read_json_text(text, name);
  std::vector<Problem> problems = repeated_keys(text);
  add_flaws(flaws_of(value), text, problems);
  throw_if_any(name, std::move(problems));
  return read(value);
}

Scenario parse_faults(std::string_view text, const std::string& name) {
  const json value = read_json_text(text, name);
  if (!value.is_object() || value.contains("scenario")) return parse(text, name);
  const json whole = scenario_around(value);
  std::vector<Problem> problems = repeated_keys(text);
  add_flaws(keys_of_scenarios(value), text, problems);
  add_flaws(flaws_of(whole), text, problems);
  throw_if_any(name, std::move(problems));
  return read(whole);
}

Scenario load(std::string_view text, const std::string& name) {
  Scenario scenario = parse(text, name);
  std::vector<Flaw> flaws;
  for (Problem& problem : lint(scenario))
    flaws.push_back({std::move(problem.pointer), std::move(problem.text)});
  std::vector<Problem> problems;
  add_flaws(std::move(flaws), text, problems);
  throw_if_any(name, std::move(problems));
  return scenario;
}

std::string print(const Scenario& scenario) { return lay_out(written(scenario)); }

}  // namespace castaway::scenario
