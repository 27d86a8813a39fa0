#include "results.h"

#include <nlohmann/json.hpp>

#include "cli/text.h"

namespace castaway::ci {

void ResultsFile::add(const ItemResult& result) {
  const scenario::Report& report = result.report;
  nlohmann::ordered_json line;
  line["scenario"] = result.item.selected->scenario.name;
  line["path"] = result.item.selected->path;
  line["profile"] = to_string(result.item.profile);
  line["cases"] = result.item.selected->scenario.cases;
  line["result"] = words(result.mark);
  line["broken"] = nlohmann::ordered_json::array();
  for (const scenario::Finding& finding : report.findings)
    line["broken"].push_back(finding.property);
  line["reasons"] = report.reasons;
  if (!result.fault.empty()) line["reasons"].push_back(result.fault);
  line["seed"] = std::to_string(report.seed);
  line["runs"] = report.runs;
  line["hash"] = hex(report.shown.history.hash());
  using Json = nlohmann::ordered_json;
  file_.write(line.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n');
}

}  // namespace castaway::ci
