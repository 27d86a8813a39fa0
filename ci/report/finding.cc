#include "finding.h"

#include <nlohmann/json.hpp>

#include "castaway/scenario/difference.h"
#include "castaway/scenario/json.h"

#include "cli/text.h"
#include "cli/version.h"
#include "files/output_file.h"
#include "report.h"

namespace castaway::ci {

namespace {

using nlohmann::json;

constexpr std::size_t most_lines = 20;
constexpr std::size_t most_events = 1000;

std::vector<std::string> texts_of(const json& object, const char* key) {
  std::vector<std::string> texts;
  const auto found = object.find(key);
  if (found == object.end() || !found->is_array()) return texts;
  for (const json& text : *found) texts.push_back(text.is_string() ? text.get<std::string>() : "");
  return texts;
}

std::string text_of(const json& object, const char* key) {
  const auto found = object.find(key);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

}  // namespace

std::string keep_finding(const ItemResult& result, const std::string& path) {
  const std::vector<Broken> broken = broken_in(result);
  if (broken.empty() || broken.front().expected) return "";
  write_finding(result, path);
  return path;
}

void write_finding(const ItemResult& result, const std::string& path,
                   const std::optional<scenario::Size>& before) {
  replace_file(path, finding_text(result, before));
}

std::string finding_text(const ItemResult& result, const std::optional<scenario::Size>& before) {
  const scenario::Report& report = result.report;
  const check::History& history = report.shown.history;
  const std::vector<Broken> broken = broken_in(result);

  json finding;
  finding["property"] = broken.front().property;
  finding["verdict"] = argue_shortly({broken.front()}, history, "", most_lines);
  finding["hash"] = hex(history.hash());
  finding["seed"] = std::to_string(report.seed);
  finding["profile"] = to_string(report.profile);
  finding["version"] = version();
  finding["event_count"] = history.events().size();
  finding["events"] = scenario::in_words(history, most_events);
  if (before) {
    json& from = finding["shrunk_from"];
    from["operations"] = before->operations;
    from["rules"] = before->rules;
    from["deviations"] = before->deviations;
  }

  scenario::Scenario kept = result.item.selected->scenario;
  kept.seed = report.seed;
  kept.profiles = {report.profile};
  kept.deviations = report.shown.deviations;
  kept.finding = std::make_shared<const json>(std::move(finding));
  return print(kept);
}

std::optional<Finding> finding_of(const scenario::Scenario& scenario) {
  if (!scenario.finding) return std::nullopt;
  const json& finding = *scenario.finding;
  Finding result{.property = text_of(finding, "property"),
                 .verdict = text_of(finding, "verdict"),
                 .hash = text_of(finding, "hash"),
                 .profile = text_of(finding, "profile"),
                 .version = text_of(finding, "version"),
                 .events = texts_of(finding, "events")};
  const auto events = finding.find("event_count");
  result.event_count = events != finding.end() && events->is_number_unsigned()
                           ? events->get<std::size_t>()
                           : result.events.size();
  if (result.property.empty()) return std::nullopt;
  return result;
}

}  // namespace castaway::ci
