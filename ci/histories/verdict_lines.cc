#include "verdict_lines.h"

#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/console.h"

namespace castaway::ci {

namespace {

using Json = nlohmann::ordered_json;

std::string_view word(const check::Verdict& verdict) {
  if (verdict.violated()) return "violated";
  if (verdict.suspected()) return "suspected";
  return verdict.vacuous() ? "vacuous" : "holds";
}

Json json_of(const check::History& history, const check::Step& step) {
  Json json = Json::object();
  if (step.event != check::no_event) {
    json["event"] = step.event;
    json["at"] = time_of(history, step).time_since_epoch().count();
  }
  json["text"] = step.text;
  return json;
}

Json json_of(const check::History& history, const std::vector<check::Violation>& violations) {
  Json all = Json::array();
  for (const check::Violation& violation : violations) {
    Json json = {{"op", violation.op},
                 {"breach", to_string(violation.breach)},
                 {"what", violation.what},
                 {"steps", Json::array()},
                 {"law", violation.law}};
    for (const check::Step& step : violation.steps) json["steps"].push_back(json_of(history, step));
    for (const check::Ground& ground : violation.grounds)
      json["grounds"].push_back({{std::string(to_string(ground.kind)), ground.name}});
    if (!violation.consequence_of.empty()) json["consequence_of"] = violation.consequence_of;
    all.push_back(std::move(json));
  }
  return all;
}

std::string text_of(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace

VerdictLines::VerdictLines(std::string path) : file_(std::move(path)) {}

void VerdictLines::add(const std::string& path, const check::History& history,
                       const std::vector<check::Verdict>& verdicts) {
  for (const check::Verdict& verdict : verdicts) {
    Json line = {{"history", path},
                 {"law", verdict.law},
                 {"verdict", word(verdict)},
                 {"judged", verdict.judged},
                 {"unseen", verdict.unseen}};
    if (verdict.vacuous()) {
      line["because"] = verdict.vacuous_because;
    } else {
      line["violations"] = json_of(history, verdict.violations);
      line["suspects"] = json_of(history, verdict.suspects);
    }
    write(text_of(line));
  }
}

void VerdictLines::add_unreadable(const std::string& path, const std::string& complaints) {
  Json line = {{"history", path}, {"verdict", "unreadable"}, {"complaints", Json::array()}};
  std::istringstream lines(complaints);
  for (std::string complaint; std::getline(lines, complaint);)
    line["complaints"].push_back(complaint);
  write(text_of(line));
}

void VerdictLines::write(const std::string& line) { file_.write(line + '\n'); }

}  // namespace castaway::ci
