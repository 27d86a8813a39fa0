#include <charconv>
#include <stdexcept>

#include <nlohmann/json.hpp>

#include "cli/text.h"
#include "tally.h"

namespace castaway::ci {

namespace {

using nlohmann::json;

/// A number that JSON readers elsewhere would round.
std::uint64_t from_hex(const std::string& text) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  if (error != std::errc() || stop != end || text.empty())
    throw std::invalid_argument("\"" + text + "\" is no hash");
  return value;
}

json found_as_json(const std::string& key, const Found& found) {
  json object;
  object["root"] = key;
  object["run"] = found.run;
  object["times"] = found.times;
  object["strategy"] = found.how;
  object["name"] = found.name;
  object["property"] = found.property;
  object["verdict"] = found.verdict;
  object["scenario"] = found.file;
  return object;
}

Found found_from(const json& object) {
  return {.run = object.at("run"),
          .times = object.at("times"),
          .how = object.at("strategy"),
          .name = object.at("name"),
          .property = object.at("property"),
          .verdict = object.at("verdict"),
          .file = object.at("scenario")};
}

json certificate_as_json(const sim::Certificate& certificate) {
  json object;
  object["runs"] = certificate.runs;
  object["same"] = certificate.same;
  object["questions"] = certificate.questions;
  object["mapped"] = certificate.mapped;
  object["digest"] = hex(certificate.digest);
  object["finished"] = certificate.finished;
  return object;
}

sim::Certificate certificate_from(const json& object) {
  return {.runs = object.at("runs"),
          .same = object.at("same"),
          .questions = object.at("questions"),
          .mapped = object.at("mapped"),
          .digest = from_hex(object.at("digest")),
          .finished = object.at("finished")};
}

}  // namespace

json to_json(const Tally& tally) {
  json object;
  object["runs"] = tally.runs;
  object["events"] = tally.events;
  object["repeated"] = tally.repeated;
  object["strategies"] = tally.strategies;
  json& hashes = object["hashes"] = json::array();
  for (const std::uint64_t hash : tally.hashes) hashes.push_back(hex(hash));
  object["judged"] = tally.judged;
  json& cells = object["cells"] = json::array();
  for (const auto& [cell, runs] : tally.cells)
    cells.push_back(json::array({cell.law, cell.strike.family, cell.strike.step, runs}));
  object["grounds"] = tally.grounds;
  json& found = object["found"] = json::array();
  for (const auto& [key, one] : tally.found) {
    if (one.times > 0) found.push_back(found_as_json(key, one));
  }
  json& breaches = object["breaches"] = json::object();
  for (const auto& [name, seen] : tally.breaches)
    breaches[name] = json::array({seen.first, seen.times});
  json& faults = object["faults"] = json::array();
  for (const Fault& fault : tally.faults)
    faults.push_back(json::array({fault.run, fault.where, fault.what}));
  json& certificates = object["certificates"] = json::object();
  for (const auto& [name, certificate] : tally.certificates)
    certificates[name] = certificate_as_json(certificate);
  return object;
}

Tally tally_of(const json& object) {
  Tally tally{.runs = object.at("runs"),
              .events = object.at("events"),
              .repeated = object.at("repeated"),
              .strategies = object.at("strategies"),
              .judged = object.at("judged"),
              .grounds = object.at("grounds")};
  for (const json& hash : object.at("hashes")) tally.hashes.insert(from_hex(hash));
  for (const json& cell : object.at("cells"))
    tally.cells[{cell.at(0), {cell.at(1), cell.at(2)}}] += cell.at(3).get<std::uint64_t>();
  for (const json& one : object.at("found")) tally.found[one.at("root")] = found_from(one);
  for (const auto& [name, seen] : object.at("breaches").items())
    tally.breaches[name] = {.first = seen.at(0), .times = seen.at(1)};
  for (const json& fault : object.at("faults"))
    tally.faults.insert({fault.at(0), fault.at(1), fault.at(2)});
  for (const auto& [name, certificate] : object.at("certificates").items())
    tally.certificates[name] = certificate_from(certificate);
  return tally;
}

}  // namespace castaway::ci
