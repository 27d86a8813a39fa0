#include "party.h"

#include <algorithm>
#include <utility>

#include <nlohmann/json.hpp>

namespace castaway::soak {
namespace {

using nlohmann::json;

/// Of each server: few, so that there is always work that waits for one.
constexpr std::uint16_t workers = 4;

const char* topic_of(Profile profile) {
  return profile == Profile::strict ? "soak-strict" : "soak-classic";
}

std::string server_name(std::size_t number) { return "server-" + std::to_string(number); }

Kind kind_of(std::uint64_t turn) {
  switch (turn % 10) {
    case 3:
    case 7:
      return Kind::cast;
    case 9:
      return Kind::fanout;
    default:
      return Kind::call;
  }
}

/// How long the method takes: mostly nothing, and sometimes so long that a restart finds it at
/// work.
int milliseconds(std::uint64_t turn) { return turn % 23 == 0 ? 400 : static_cast<int>(turn % 7); }

}  // namespace

// Durable queues keep what was not acknowledged over a restart, and hand it out again: the harder
// case for whoever must not run a request twice.
Party::Process::Process(ThreadRuntime& runtime, Profile profile, std::uint16_t port,
                        const std::string& name)
    : link(runtime, {.hosts = {{.hostname = "127.0.0.1", .port = port}}}),
      transport(runtime, link,
                {.profile = profile,
                 .name = name,
                 .publish_timeout = timeout,
                 .queues = {.amqp_durable_queues = true}}) {}

Party::Party(ThreadRuntime& runtime, Profile profile, std::uint16_t port, Ledger& ledger)
    : runtime_(runtime),
      ledger_(ledger),
      topic_(topic_of(profile)),
      changed_(runtime.make_signal("soak party")),
      state_(runtime, "soak-party"),
      asking_(runtime, profile, port, "soak-client"),
      client_(asking_.transport, {.target = {.topic = topic_}, .timeout = timeout}) {
  for (std::size_t number = 0; number < Ledger::servers; ++number) {
    serving_[number] = std::make_unique<Process>(runtime, profile, port, server_name(number));
    const Method act = [this, number](const Object&, const Object& args) {
      ledger_.ran(args.json().at("id"), number);
      runtime_.sleep_until(runtime_.now() +
                           std::chrono::milliseconds(args.json().at("ms").get<int>()));
      return json(number);
    };
    const Method wait = [this](const Object&, const Object&) {
      runtime_.sleep_until(runtime_.now() + 500ms);
      return json();
    };
    servers_[number] = std::make_unique<RPCServer>(
        serving_[number]->transport, Target{.topic = topic_, .server = server_name(number)},
        std::vector{Endpoint{.methods = {{"act", act}, {"wait", wait}}}},
        RPCServerOptions{.workers = workers});
    servers_[number]->start();
  }
  for (std::size_t caller = 0; caller < callers; ++caller)
    callers_.push_back(runtime.spawn("soak-caller", [this, caller] { run(caller); }));
}

Party::~Party() {
  state_.lock()->over = true;
  changed_->notify();
  callers_.clear();
}

void Party::work() {
  state_.lock()->working = true;
  changed_->notify();
}

bool Party::rest(TimePoint deadline) {
  state_.lock()->working = false;
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    if (!working_since()) return true;
    if (!changed_->wait(ticket, deadline)) return false;
  }
}

void Party::use_all() {
  std::vector<std::unique_ptr<Task>> users;
  for (std::size_t number = 0; number < Ledger::servers; ++number) {
    for (int i = 0; i < 2 * workers; ++i) {
      users.push_back(runtime_.spawn("soak-user", [this, number] {
        try {
          client_.prepare({.server = server_name(number), .timeout = 30s}).call({}, "wait");
        } catch (const MessagingException&) {
          // Its connection broke a moment ago: one of the others has used it.
        }
      }));
    }
  }
}

std::optional<TimePoint> Party::working_since() {
  std::optional<TimePoint> first;
  auto state = state_.lock();
  for (const auto& since : state->since)
    if (since && (!first || *since < *first)) first = since;
  return first;
}

bool Party::answered_since(TimePoint when) {
  const auto since = [when](TimePoint answered) { return answered >= when; };
  auto state = state_.lock();
  return std::all_of(state->answered.begin(), state->answered.end(), since) &&
         std::all_of(state->gave_answer.begin(), state->gave_answer.end(), since);
}

bool Party::wait_for_work(std::size_t caller) {
  for (;;) {
    const Signal::Ticket ticket = changed_->ticket();
    {
      auto state = state_.lock();
      if (state->over) return false;
      if (state->working) {
        state->since.at(caller) = runtime_.now();
        return true;
      }
    }
    changed_->wait(ticket, never);
  }
}

void Party::run(std::size_t caller) {
  for (std::uint64_t turn = caller; wait_for_work(caller); ++turn) {
    operate(caller, turn);
    changed_->notify();
    runtime_.sleep_until(runtime_.now() + pause);
  }
}

void Party::operate(std::size_t caller, std::uint64_t turn) {
  const TimePoint begun = runtime_.now();
  const Kind kind = kind_of(turn);
  std::optional<std::size_t> server;
  if (const std::optional<Ledger::Id> id = ledger_.begin(kind))
    ledger_.told(*id, invoke(kind, *id, turn, server));
  auto state = state_.lock();
  state->since.at(caller).reset();
  state->slowest = std::max(state->slowest, Duration(runtime_.now() - begun));
  if (!server) return;
  state->answered.at(caller) = begun;
  TimePoint& given = state->gave_answer.at(*server);
  given = std::max(given, begun);
}

Told Party::invoke(Kind kind, Ledger::Id id, std::uint64_t turn,
                   std::optional<std::size_t>& server) {
  const Object args = {{"id", id}, {"ms", milliseconds(turn)}};
  try {
    if (kind == Kind::call) {
      // One in ten for each server by its name.
      const bool directed = turn % 10 == 1 || turn % 10 == 5;
      const std::string name = directed ? server_name(turn % 10 == 5) : std::string();
      server = client_.prepare({.server = name}).call({}, "act", args).get<std::size_t>();
    } else {
      client_.prepare({.fanout = kind == Kind::fanout}).cast({}, "act", args);
    }
    return Told::done;
  } catch (const MessagingException& error) {
    return error.effect() == Effect::none ? Told::refused : Told::unknown;
  }
}

}  // namespace castaway::soak
