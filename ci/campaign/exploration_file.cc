#include "exploration_file.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/check/text.h"
#include "castaway/scenario/json.h"

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
  const Shard shard{object.at("shard").at(0).get<std::uint64_t>() - 1, object.at("shard").at(1)};
  if (shard.index >= shard.of || shard.of > scenario::explorers)
    throw std::invalid_argument("its shard is no part of a whole");
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
          .shard = shard};
}

struct OneFile {
  CampaignHead head = {};
  Tally tally = {};
};

OneFile read_one(const std::string& path) {
  InputFile file(path);
  OneFile one;
  std::size_t number = 0;
  std::string text;
  const auto next = [&] {
    try {
      return check::next_line(file.stream(), text);
    } catch (const check::LineTooLong& error) {
      throw InputError(ExitCode::bad_input,
                       fmt::format("{}:{}: {}", path, number + 1, error.what()));
    }
  };
  while (next()) {
    if (file.stream().eof()) break;  // cut short
    ++number;
    try {
      const json line = json::parse(text);
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

ExplorationFile::ExplorationFile(const std::string& path, const CampaignHead& head) : file_(path) {
  add(head_as_json(head).dump());
}

void ExplorationFile::add(std::string_view line) { file_.write(std::string(line) + '\n'); }

Campaigns read_campaigns(const std::vector<std::string>& paths, InputProblems& problems) {
  Campaigns all;
  std::string first;
  const auto take = [&](const std::string& path) {
    OneFile one = read_one(path);
    const Shard shard = one.head.shard;
    if (all.shards.empty()) {
      all.head = one.head;
      first = path;
    }
    one.head.shard = all.head.shard;
    if (one.head != all.head || shard.of != all.head.shard.of) {
      throw InputError(ExitCode::bad_input,
                       fmt::format("{}: it is of another campaign than {}", path, first));
    }
    if (std::ranges::count(all.shards, shard) != 0) {
      throw InputError(ExitCode::bad_input, fmt::format("{}: shard {}/{} is there already", path,
                                                        shard.index + 1, shard.of));
    }
    all.shards.push_back(shard);
    all.tally.add(std::move(one.tally));
  };
  for (const std::string& path : paths) problems.attempt([&] { take(path); });
  std::ranges::sort(all.shards, {}, &Shard::index);
  return all;
}

}  // namespace castaway::ci
