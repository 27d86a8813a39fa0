#include "results.h"

#include <filesystem>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/console.h"
#include "cli/text.h"

namespace castaway::ci {

ResultsFile::ResultsFile(std::string path) : path_(std::move(path)) {
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  std::error_code ignored;  // what cannot be made is said of the file
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  file_.open(path_);
  if (!file_) throw OutputError(fmt::format("{} cannot be written", path_));
}

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
  if (!(file_ << line.dump(-1, ' ', false, Json::error_handler_t::replace) << '\n').flush())
    throw OutputError(fmt::format("{} cannot be written", path_));
}

}  // namespace castaway::ci
