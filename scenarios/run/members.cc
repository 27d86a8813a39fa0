#include "members.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include <nlohmann/json.hpp>

#include "play.h"

namespace castaway::scenario {
namespace {

/// With `arguments`, which win over those that are in `options`.
void set(QueueOptions& options, const Object& arguments) {
  Table table = table_of(arguments);
  table.insert(options.arguments.begin(), options.arguments.end());
  options.arguments.assign(table.begin(), table.end());
}

/// Of a server or a client.
template <class Member>
sim::MemberSettings settings_of(const Member& member, const BrokerWorld& broker,
                                SubjectProfile profile, QueueOptions queues) {
  queues.amqp_durable_queues =
      member.durable.value_or(queues.amqp_durable_queues || broker.durable);
  set(queues, broker.queue_arguments);
  if constexpr (requires { member.queue_arguments; }) set(queues, member.queue_arguments);
  if constexpr (requires { member.exclusive_reply_queue; })
    queues.exclusive_reply_queues = member.exclusive_reply_queue;
  return {.profile = library_profile(member.profile.value_or(profile)),
          .queues = std::move(queues),
          .rights = member.rights};
}

}  // namespace

Table table_of(const Object& object) {
  Table table;
  for (const auto& [name, value] : object.json().items()) {
    if (value.is_boolean()) table[name] = value.get<bool>();
    if (value.is_number_integer()) table[name] = value.get<std::int64_t>();
    if (value.is_string()) table[name] = value.get<std::string>();
  }
  return table;
}

sim::MemberSettings member_of(const Scenario& scenario, SubjectProfile profile,
                              const std::string& who, QueueOptions otherwise) {
  const auto server = std::ranges::find(scenario.servers, who, &Server::id);
  if (server != scenario.servers.end())
    return settings_of(*server, scenario.broker, profile, std::move(otherwise));
  const auto client = std::ranges::find(scenario.clients, who, &Client::id);
  if (client != scenario.clients.end())
    return settings_of(*client, scenario.broker, profile, std::move(otherwise));
  return {.profile = library_profile(profile), .queues = std::move(otherwise)};
}

std::map<std::string, sim::MemberSettings> members_of(const Scenario& scenario,
                                                      SubjectProfile profile) {
  std::map<std::string, sim::MemberSettings> all;
  for (const Server& server : scenario.servers)
    all[server.id] = member_of(scenario, profile, server.id);
  for (const Client& client : scenario.clients)
    all[client.id] = member_of(scenario, profile, client.id);
  return all;
}

}  // namespace castaway::scenario
