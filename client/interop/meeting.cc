#include "meeting.h"

#include "interop_fixture.h"

namespace castaway::interop {

using nlohmann::json;

namespace {

Profile profile_of(Party party) {
  return party == Party::strict ? Profile::strict : Profile::classic;
}

}  // namespace

const char* to_string(Party party) {
  if (party == Party::oslo) return "oslo";
  return party == Party::strict ? "strict" : "classic";
}

Meeting::Meeting(ThreadRuntime& runtime, Party client, Party server, std::string topic)
    : runtime_(runtime),
      client_(client),
      server_(server),
      topic_(std::move(topic) + "-" + to_string(client) + "-" + to_string(server)),
      broker_port_(rabbit::RabbitMQNode::shared().port()),
      line_(broker_port_),
      client_port_(broker_port_) {}

Meeting::~Meeting() = default;

void Meeting::serve(const std::string& name, std::uint16_t port) {
  if (server_ == Party::oslo) {
    OsloPeer::shared().ask(
        {{"do", "serve"}, {"url", url_of(port)}, {"topic", topic_}, {"server", name}});
    return;
  }
  Castaway& process = processes_.emplace_back(runtime_, profile_of(server_), port);
  servers_
      .try_emplace(name, process.transport, Target{.topic = topic_, .server = name},
                   our_endpoints(runtime_, name, ran_))
      .first->second.start();
}

void Meeting::serve_apart(const std::string& name, int workers, std::uint16_t port) {
  std::unique_ptr<Peer>& peer = apart_[name];
  if (server_ == Party::oslo) {
    peer = std::make_unique<OsloPeer>();
  } else {
    peer = std::make_unique<Peer>(std::vector<std::string>{OUR_PEER, to_string(server_)});
  }
  peer->ask({{"do", "serve"},
             {"url", url_of(port)},
             {"topic", topic_},
             {"server", name},
             {"workers", workers}});
}

void Meeting::kill(const std::string& name) {
  const auto ran = apart_.at(name)->arguments(topic_);
  ran_by_killed_.insert(ran_by_killed_.end(), ran.begin(), ran.end());
  apart_.erase(name);
}

void Meeting::stop(const std::string& name) {
  if (server_ != Party::oslo) return servers_.at(name).stop();
  OsloPeer::shared().ask({{"do", "stop"}, {"topic", topic_}, {"server", name}});
}

void Meeting::wait(const std::string& name) {
  if (server_ != Party::oslo) return servers_.at(name).wait();
  OsloPeer::shared().ask({{"do", "wait"}, {"topic", topic_}, {"server", name}});
}

std::string Meeting::invoke(const char* kind, const std::string& method, double timeout,
                            double seconds) {
  const json args = method == "sleep" ? json{{"seconds", seconds}} : json::object();
  if (client_ == Party::oslo) {
    const json answer = OsloPeer::shared().ask({{"do", kind},
                                                {"url", url_of(client_port_)},
                                                {"target", {{"topic", topic_}}},
                                                {"options", {{"timeout", timeout}}},
                                                {"method", method},
                                                {"args", args}});
    return answer.contains("error") ? answer.at("error").at("class").get<std::string>() : "";
  }
  if (!caller_) caller_ = std::make_unique<Castaway>(runtime_, profile_of(client_), client_port_);
  const RPCClient client(
      caller_->transport,
      {.target = {.topic = topic_},
       .timeout = std::chrono::duration_cast<Duration>(std::chrono::duration<double>(timeout))});
  try {
    if (std::string(kind) == "cast") {
      client.cast({}, method, Object(args));
    } else {
      client.call({}, method, Object(args));
    }
    return "";
  } catch (const MessagingTimeout&) {
    return "MessagingTimeout";
  } catch (const MessageDeliveryFailure&) {
    return "MessageDeliveryFailure";
  }
}

std::map<std::string, int> Meeting::ran_apart() const {
  std::map<std::string, int> times;
  for (const std::string& arguments : ran_by_killed_) ++times[arguments];
  for (const auto& [name, peer] : apart_)
    for (const std::string& arguments : peer->arguments(topic_)) ++times[arguments];
  return times;
}

int Meeting::ran() const {
  int apart = 0;
  for (const auto& [arguments, times] : ran_apart()) apart += times;
  return apart + (server_ == Party::oslo ? OsloPeer::shared().ran(topic_) : ran_.load());
}

void Meeting::await(int count, Duration longest) const {
  await([this, count] { return ran() >= count; }, longest);
}

void Meeting::await(const std::function<bool()>& holds, Duration longest) const {
  const TimePoint deadline = runtime_.now() + longest;
  while (!holds() && runtime_.now() < deadline) runtime_.sleep_until(runtime_.now() + 5ms);
}

}  // namespace castaway::interop
