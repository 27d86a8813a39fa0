#include "lanes.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace castaway::ci {

namespace {

using check::Event;
using check::EventKind;
using check::History;

/// One lane for a single one saves none.
constexpr std::size_t fewest_others = 2;

/// Not so for what a history tells of a clock, or of the run itself: these neither start nor send.
bool shows_a_place(const Event& event) {
  if (event.kind == EventKind::note) return false;
  return event.kind != EventKind::process || event.detail == check::Detail::started;
}

/// All that have a place.
std::vector<std::string> actors_of(const History& history) {
  std::vector<std::string> clients;
  std::vector<std::string> others;
  std::set<std::string_view> known = {broker_lane, faults_lane};
  bool has_broker = false;
  bool has_faults = false;
  for (const Event& event : history.events()) {
    const std::string_view actor = actor_of(history, event);
    if (event.kind == EventKind::invoke && known.insert(actor).second) clients.emplace_back(actor);
  }
  for (const Event& event : history.events()) {
    if (!shows_a_place(event)) continue;
    const std::string_view actor = actor_of(history, event);
    has_broker = has_broker || actor == broker_lane;
    has_faults = has_faults || actor == faults_lane;
    if (known.insert(actor).second) others.emplace_back(actor);
  }
  std::vector<std::string> actors = std::move(clients);
  if (has_broker) actors.emplace_back(broker_lane);
  actors.insert(actors.end(), others.begin(), others.end());
  if (has_faults) actors.emplace_back(faults_lane);
  return actors;
}

/// How much each does, starts and stops apart; those that keep their lanes do more than anybody.
std::map<std::string_view, std::size_t> deeds_of(const History& history, const PointedAt& marked) {
  constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
  std::map<std::string_view, std::size_t> deeds;
  for (const Event& event : history.events()) {
    std::size_t& mine = deeds[actor_of(history, event)];
    if (event.kind != EventKind::process) ++mine;
  }
  for (const auto& [index, step] : marked) {
    if (index < history.events().size()) deeds[actor_of(history, history[index])] = most;
  }
  deeds[broker_lane] = deeds[faults_lane] = most;
  return deeds;
}

/// Those that share a lane, the idlest first.
std::vector<std::string> others_of(const std::vector<std::string>& actors,
                                   const std::map<std::string_view, std::size_t>& deeds,
                                   std::size_t most) {
  std::vector<std::string> by_deeds = actors;
  std::ranges::stable_sort(by_deeds, {}, [&](const std::string& actor) { return deeds.at(actor); });
  std::size_t number = 0;
  while (number < by_deeds.size() && deeds.at(by_deeds[number]) == 0) ++number;
  // All that are there may be idle.
  if (number < fewest_others || number == actors.size()) number = 0;
  if (actors.size() - number + (number > 0 ? 1 : 0) > most)
    number = std::max(fewest_others, actors.size() + 1 - std::min(most, actors.size()));
  while (number > 0 && deeds.at(by_deeds[number - 1]) == std::numeric_limits<std::size_t>::max())
    --number;
  by_deeds.resize(number);
  return by_deeds;
}

}  // namespace

std::string_view actor_of(const History& history, const Event& event) {
  if (event.kind == EventKind::fault) return faults_lane;
  return event.actor != 0 ? history.text(event.actor) : broker_lane;
}

std::size_t Lanes::of(std::string_view actor) const {
  const auto found = by_actor.find(actor);
  return found == by_actor.end() ? names.size() : found->second;
}

bool Lanes::is_other(std::string_view actor) const {
  return !others.empty() && of(actor) == of(others.front());
}

Lanes lanes_of(const History& history, const PointedAt& marked, std::size_t most) {
  const std::vector<std::string> actors = actors_of(history);
  const std::vector<std::string> idlest = others_of(actors, deeds_of(history, marked), most);
  const std::set<std::string> shares(idlest.begin(), idlest.end());
  Lanes lanes;
  const auto add = [&](const std::string& actor, const std::string& name) {
    if (lanes.names.empty() || lanes.names.back() != name) lanes.names.push_back(name);
    lanes.by_actor.emplace(actor, lanes.names.size() - 1);
  };
  for (const std::string& actor : actors) {
    if (shares.contains(actor)) {
      lanes.others.push_back(actor);
    } else if (actor != faults_lane) {
      add(actor, actor);
    }
  }
  for (const std::string& actor : lanes.others)
    add(actor, fmt::format("{} others", lanes.others.size()));
  if (std::ranges::find(actors, faults_lane) != actors.end())
    add(std::string(faults_lane), std::string(faults_lane));
  return lanes;
}

}  // namespace castaway::ci
