#include "exploration_file.h"

#include <algorithm>
#include <filesystem>
#include <sstream>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/scenario/json.h"

#include "cli/console.h"
#include "cli/files.h"
#include "cli/text.h"
#include "cli/version.h"

namespace castaway::ci {

namespace {

using nlohmann::json;

json head_as_json(const CampaignHead& head) {
  json object;
  object["campaign"] = 2;
  object["version"] = head.version;
  object["seed"] = std::to_string(head.seed);
  object["strategy"] = head.strategy;
  object["runs"] = head.runs;
  object["subjects"] = head.subjects;
  object["profiles"] = head.profiles;
  object["size"] = head.size;
  object["faults"] = head.bounds.faults;
  object["orders"] = head.bounds.orders;
  object["all"] = head.bounds.all;
  object["shard"] = json::array({head.shard.index + 1, head.shard.of});
  return object;
}

CampaignHead head_from(const json& object) {
  if (object.at("campaign") != 2) throw std::invalid_argument("of another version");
  return {.version = object.at("version"),
          .seed = std::stoull(object.at("seed").get<std::string>()),
          .strategy = object.at("strategy"),
          .runs = object.at("runs"),
          .subjects = object.at("subjects"),
          .profiles = object.at("profiles"),
          .size = object.at("size"),
          .bounds = {.faults = object.at("faults"),
                     .orders = object.at("orders"),
                     .all = object.at("all")},
          .shard = {object.at("shard").at(0).get<std::uint64_t>() - 1, object.at("shard").at(1)}};
}

struct OneFile {
  CampaignHead head = {};
  Tally tally = {};
};

OneFile read_one(const std::string& path) {
  const std::string text = read_file(path);
  OneFile one;
  std::size_t number = 0;
  for (std::size_t begin = 0, end = 0; begin < text.size(); begin = end + 1) {
    end = text.find('\n', begin);
    if (end == std::string::npos) break;
    ++number;
    try {
      const json line = json::parse(text.begin() + static_cast<std::ptrdiff_t>(begin),
                                    text.begin() + static_cast<std::ptrdiff_t>(end));
      number == 1 ? static_cast<void>(one.head = head_from(line)) : one.tally.add(tally_of(line));
    } catch (const json::exception&) {
      throw InputError(
          ExitCode::bad_input,
          fmt::format("{}:{}: no line that castaway explore has written", path, number));
    } catch (const std::exception& error) {
      throw InputError(ExitCode::bad_input,
                       fmt::format("{}:{}: no line that this castaway explore has written: {}",
                                   path, number, error.what()));
    }
  }
  if (number == 0)
    throw InputError(ExitCode::bad_input, fmt::format("{}: no exploration: it is empty", path));
  return one;
}

}  // namespace

CampaignHead head_of(const scenario::Exploration& exploration, const Shard& shard) {
  CampaignHead head{.version = std::string(version()),
                    .seed = exploration.seed,
                    .strategy = std::string(to_string(exploration.strategy)),
                    .runs = exploration.runs,
                    .bounds = exploration.bounds,
                    .shard = shard};
  for (const scenario::Subject& subject : exploration.subjects) {
    head.subjects.push_back(fmt::format("{} {} {}", subject.scenario.name,
                                        to_string(subject.profile),
                                        hex(check::digest(print(subject.scenario)))));
  }
  if (!exploration.subjects.empty()) return head;
  head.size = exploration.size;
  for (const scenario::SubjectProfile profile : exploration.profiles)
    head.profiles.emplace_back(to_string(profile));
  return head;
}

ExplorationFile::ExplorationFile(std::string path, const CampaignHead& head)
    : path_(std::move(path)) {
  const std::filesystem::path folder = std::filesystem::path(path_).parent_path();
  std::error_code ignored;  // what cannot be made is said of the file
  if (!folder.empty()) std::filesystem::create_directories(folder, ignored);
  file_.open(path_);
  add(head_as_json(head).dump());
}

void ExplorationFile::add(std::string_view line) {
  if (!(file_ << line << '\n').flush())
    throw OutputError(fmt::format("{} cannot be written", path_));
}

Campaigns read_campaigns(const std::vector<std::string>& paths) {
  Campaigns all;
  for (const std::string& path : paths) {
    OneFile one = read_one(path);
    const Shard shard = one.head.shard;
    if (all.shards.empty()) all.head = one.head;
    one.head.shard = all.head.shard;
    if (one.head != all.head || shard.of != all.head.shard.of) {
      throw InputError(ExitCode::bad_input,
                       fmt::format("{}: it is of another campaign than {}", path, paths.front()));
    }
    if (std::ranges::count(all.shards, shard) != 0) {
      throw InputError(ExitCode::bad_input, fmt::format("{}: shard {}/{} is there already", path,
                                                        shard.index + 1, shard.of));
    }
    all.shards.push_back(shard);
    all.tally.add(std::move(one.tally));
  }
  std::ranges::sort(all.shards, {}, &Shard::index);
  return all;
}

}  // namespace castaway::ci
