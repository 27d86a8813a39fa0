#pragma once
// Generator: scenarios that are sound only in form. Most could not be run.

#include <nlohmann/json.hpp>

#include "castaway/scenario/json.h"

#include "dice_for_test.h"

namespace castaway::scenario {

class Generator {
 public:
  explicit Generator(std::uint64_t seed) : dice_(seed) {}

  Scenario scenario() {
    Scenario s;
    s.name = id();
    s.about = text();
    s.source = text();
    some([&] { s.cases.push_back(dice_.one_of({"AMO-030", "XYZ-999"})); });
    some([&] { s.needs.push_back(text()); });
    using enum SubjectProfile;
    s.profiles = dice_.one_of<decltype(s.profiles)>({{strict}, {classic}, {strict, classic}});
    s.seed = dice_.maybe() ? 1 : dice_.bits();
    if (dice_.maybe()) s.clock = {duration(), duration()};
    if (dice_.maybe()) s.clock.quiet = duration();
    if (dice_.maybe()) s.clock.recovery = duration();
    if (dice_.maybe()) {
      s.broker = {dice_.maybe(), dice_.maybe(), dice_.maybe(), distribution(), dice_.maybe()};
      s.broker.queue_arguments = queue_arguments();
      s.broker.consumer_timeout = {.age = duration(), .tick = duration()};
    }
    some([&] { s.servers.push_back(server()); });
    some([&] { s.clients.push_back(client()); });
    some([&] { s.script.push_back(script()); });
    some([&] { s.faults.push_back(rule()); });
    if (dice_.maybe()) {
      s.explore = {
          dice_.one_of({Explore::How::single, Explore::How::random, Explore::How::boundary,
                        Explore::How::pct, Explore::How::exhaustive, Explore::How::portfolio}),
          dice_.positive(),
          dice_.one_of(
              {Explore::Stop::first_failure, Explore::Stop::all_reached, Explore::Stop::never}),
          {.faults = dice_.positive(), .orders = dice_.positive()}};
    }
    s.expect = expect();
    if (dice_.maybe()) {
      s.deviations.emplace();
      some([&] { s.deviations->push_back({text(), dice_.bits()}); });
    }
    if (dice_.maybe()) s.finding = std::make_shared<const nlohmann::json>(object().json());
    return s;
  }

 private:
  template <class Add>
  void some(Add add) {
    for (std::size_t left = dice_.count(); left > 0; --left) add();
  }

  std::string id() {
    std::string result(1, static_cast<char>('a' + dice_.below(26)));
    some([&] { result += "abcz019-"[dice_.below(8)]; });
    return result;
  }

  std::string text() {
    return dice_.one_of<std::string>({"", "plain", "with \"quotes\" and \\", "line\nbreak\ttab",
                                      "\xc3\xa9\xe2\x82\xac\xf0\x9f\x98\x80",
                                      std::string("nul\0nul", 7), std::string(150, 'x')});
  }

  /// Topics, methods: any text but none.
  std::string name() { return "n" + text(); }
  std::string maybe_name() { return dice_.maybe() ? name() : ""; }

  std::string op() { return id() + dice_.one_of<std::string>({"", "", "#0", "#12", "#*"}); }

  Duration duration() {
    return dice_.one_of<Duration>({0ns, 1ns, 999us, 1500ms, 90s, 1h, Duration::max(),
                                   Duration(static_cast<std::int64_t>(dice_.bits() >> 1))});
  }

  sim::Ratio ratio() {
    return {dice_.bits() >> dice_.below(64), (dice_.bits() >> dice_.below(63)) + 1};
  }

  sim::Distribution distribution() {
    using Shape = sim::Distribution::Shape;
    switch (dice_.below(4)) {
      case 0:
        return {.a = duration()};
      case 1:
        return {.shape = Shape::uniform, .a = duration(), .b = duration()};
      case 2:
        return {.shape = Shape::exponential, .a = duration(), .max = duration()};
      default:
        return {.shape = Shape::lognormal, .a = duration(), .b = duration(), .max = duration()};
    }
  }

  nlohmann::json value(int depth = 0) {
    switch (dice_.below(depth > 3 ? 5 : 7)) {
      case 0:
        return dice_.one_of<nlohmann::json>({nullptr, true, false});
      case 1:
        return dice_.bits();
      case 2:
        return -static_cast<std::int64_t>(dice_.bits() >> 1);
      case 3:
        return dice_.one_of({0.1, -0.0, 1e300, 5e-324, 3.0, 1.0 / 3});
      case 4:
        return text();
      case 5: {
        auto list = nlohmann::json::array();
        some([&] { list.push_back(value(depth + 1)); });
        return list;
      }
      default:
        return object(depth + 1).json();
    }
  }

  Object object(int depth = 0) {
    auto result = nlohmann::json::object();
    some([&] { result[text()] = value(depth); });
    return Object(std::move(result));
  }

  std::string version() {
    const std::string text =
        std::to_string(dice_.below(1000000000)) + "." + std::to_string(dice_.below(1000000000));
    return dice_.maybe() ? text + "." + std::to_string(dice_.below(9)) : text;
  }

  Server server() {
    Server server{.id = id(),
                  .topic = name(),
                  .exchange = maybe_name(),
                  .namespace_ = maybe_name(),
                  .version = dice_.maybe() ? version() : "",
                  .workers = static_cast<std::uint32_t>(1 + dice_.below(10000)),
                  .start = duration()};
    server.name = maybe_name();
    if (dice_.maybe()) server.profile = profile();
    if (dice_.maybe()) server.durable = dice_.maybe();
    server.queue_arguments = queue_arguments();
    server.acks_late = dice_.maybe();
    if (dice_.maybe()) server.rights = {.write = name(), .read = ""};
    some([&] {
      std::vector<Behaviour>& steps = server.endpoint[text()];
      some([&] { steps.push_back(behaviour()); });
    });
    some([&] {
      ServerEndpoint& more = server.more_endpoints.emplace_back();
      if (dice_.maybe()) more.namespace_ = name();
      if (dice_.maybe()) more.version = version();
      some([&] { more.methods[text()].push_back(behaviour()); });
    });
    return server;
  }

  SubjectProfile profile() {
    return dice_.one_of({SubjectProfile::strict_claims, SubjectProfile::classic});
  }

  Object queue_arguments() {
    auto arguments = nlohmann::json::object();
    some([&] { arguments[text()] = dice_.one_of<nlohmann::json>({true, -1, text()}); });
    return Object(std::move(arguments));
  }

  Behaviour behaviour() {
    if (dice_.maybe()) return operation();
    return dice_.one_of<Behaviour>({Sleep{duration()}, Return{Object({{"value", value()}})},
                                    Return{}, ReturnArg{text()}, Raise{name()},
                                    ReturnUnserialisable{}, ReturnContext{}, Throw{}, Gate{id()},
                                    Reject{.requeue = dice_.maybe(), .times = dice_.below(3)}});
  }

  Client client() {
    Client client{.id = id(), .retry = static_cast<int>(dice_.below(4)) - 1};
    if (dice_.maybe()) client.process = id();
    if (dice_.maybe()) client.timeout = duration();
    if (dice_.maybe()) client.monitor = duration();
    if (dice_.maybe()) client.version_cap = version();
    if (dice_.maybe()) client.profile = profile();
    if (dice_.maybe()) client.durable = dice_.maybe();
    client.exclusive_reply_queue = dice_.maybe();
    if (dice_.maybe()) client.rights = {.configure = name()};
    some([&] { client.allowed_remote_exmods.push_back(name()); });
    return client;
  }

  Script script() {
    Script script{.client = id(), .task = id()};
    if (dice_.maybe()) script.repeat = 1 + dice_.below(10000);
    some([&] { script.steps.push_back(step()); });
    return script;
  }

  ScriptStep step() {
    switch (dice_.below(10)) {
      case 0:
        return Wait{duration()};
      case 1:
        return Until{event()};
      case 2:
        return OpenGate{id()};
      case 3:
        return StopServer{id()};
      case 4:
        return StartServer{id()};
      case 5:
        return Close{};
      case 6:
        return inject();
      default:
        return operation();
    }
  }

  Operation operation() {
    using Kind = Operation::Kind;
    Operation operation{.kind = dice_.one_of({Kind::call, Kind::cast, Kind::fanout}),
                        .as = id(),
                        .topic = name(),
                        .method = name(),
                        .args = object()};
    if (dice_.maybe()) operation.repeat = 1 + dice_.below(1000000);
    some([&] { operation.retry_on.push_back(dice_.one_of({"error", "timeout", "failure"})); });
    some([&] { operation.only.push_back(static_cast<std::uint32_t>(dice_.below(1000000))); });
    operation.exchange = maybe_name();
    operation.server = maybe_name();
    operation.namespace_ = maybe_name();
    if (dice_.maybe()) operation.version = version();
    if (dice_.maybe()) operation.context = object();
    if (dice_.maybe()) operation.nonce = name();
    if (dice_.maybe()) operation.unserialisable = name();
    if (dice_.maybe()) operation.timeout = duration();
    if (dice_.maybe()) operation.priority = static_cast<std::uint32_t>(dice_.below(256));
    return operation;
  }

  Inject inject() {
    Inject inject{
        .as = id(), .exchange = maybe_name(), .topic = maybe_name(), .server = maybe_name()};
    if (dice_.maybe()) inject.replies_of = id();
    if (dice_.maybe()) inject.message = object();
    if (dice_.maybe()) inject.envelope = text();
    if (dice_.maybe()) inject.headers = Object({{name(), dice_.maybe()}, {name(), text()}});
    if (dice_.maybe()) inject.text = text();
    return inject;
  }

  sim::EventPattern event() {
    const auto names = sim::event_names();
    sim::EventPattern event{.ev = std::string(names[dice_.below(names.size())])};
    if (dice_.maybe()) event.op = op();
    if (dice_.maybe()) event.server = id();
    if (dice_.maybe()) event.fault = id();
    if (dice_.maybe()) event.what = name();
    if (dice_.maybe()) event.n = dice_.positive();
    return event;
  }

  sim::Rule rule() {
    sim::Rule rule{.id = id(), .when = when(), .action = action()};
    rule.on.edge = static_cast<sim::Edge>(dice_.below(10));
    rule.on.hop = dice_.one_of({sim::Hop::publish, sim::Hop::deliver});
    rule.on.copy = static_cast<sim::Copy>(dice_.below(4));
    if (dice_.maybe()) rule.on.op = op();
    if (dice_.maybe()) rule.on.method = name();
    if (dice_.maybe()) rule.on.from = id();
    if (dice_.maybe()) rule.on.to = id();
    return rule;
  }

  sim::When when() {
    sim::When when;
    some([&] { when.nth.push_back(dice_.positive()); });
    if (dice_.maybe()) when.every = dice_.positive();
    if (dice_.maybe()) when.prob = ratio();
    if (dice_.maybe()) when.burst.emplace(ratio(), ratio());
    if (dice_.maybe()) when.window.emplace(duration(), duration());
    if (dice_.maybe()) when.at = duration();
    if (dice_.maybe()) when.repeat = {duration(), 1 + dice_.below(1000000)};
    if (dice_.maybe()) when.after = event();
    if (dice_.maybe()) when.limit = dice_.positive();
    return dice_.maybe() ? when : sim::When();
  }

  sim::Action action() {
    using To = sim::Duplicate::To;
    using Then = sim::Disconnect::Then;
    using Way = sim::Disconnect::Way;
    using Frame = sim::Disconnect::Frame;
    switch (dice_.below(17)) {
      case 0:
        return sim::Drop{};
      case 1:
        return sim::Delay{distribution()};
      case 2:
        return sim::HoldUntil{event()};
      case 3:
        return sim::Duplicate{1 + dice_.below(1000), dice_.below(50),
                              dice_.one_of({To::any, To::same, To::other}), dice_.maybe()};
      case 4:
        return dice_.maybe() ? sim::Reorder{.window = 2 + dice_.below(9)}
                             : sim::Reorder{.overtake = dice_.positive()};
      case 5:
        return sim::Disconnect{.who = dice_.maybe() ? id() : "",
                               .for_ = duration(),
                               .stale = duration(),
                               .half_open = dice_.maybe(),
                               .unnoticed = dice_.maybe(),
                               .way = dice_.one_of({Way::both, Way::to_broker, Way::from_broker}),
                               .then = dice_.one_of({Then::reset, Then::flush}),
                               .frame = dice_.one_of({Frame::lost, Frame::arrives})};
      case 6:
        return sim::Kill{id(), dice_.maybe() ? std::optional(duration()) : std::nullopt};
      case 7:
        return sim::Pause{id(), duration()};
      case 8:
        return sim::Corrupt{1 + dice_.below(10000), dice_.maybe() ? name() : ""};
      case 9:
        return sim::TruncateTo{dice_.below(std::uint64_t{1} << 53)};
      case 10:
        return sim::Unroutable{};
      case 11:
        return sim::Requeue{};
      case 12:
        return sim::BlockPublish{duration()};
      case 13:
        return dice_.maybe() ? sim::DeleteQueue{.queue = name()}
                             : sim::DeleteQueue{.replies_of = id()};
      case 14:
        return sim::RestartBroker{duration(), dice_.maybe(), duration()};
      case 15:
        return sim::Nack{};
      case 16:
        return sim::StopNode{dice_.positive(), duration(), dice_.maybe()};
      default:
        return sim::JumpWall{dice_.maybe() ? duration() : -duration()};
    }
  }

  Expect expect() {
    Expect expect;
    some([&] {
      expect.fired.push_back({id(), dice_.positive(), dice_.maybe()});
      if (dice_.maybe()) expect.fired.back().max = dice_.below(9);
    });
    some([&] { expect.always.push_back(property()); });
    some([&] { expect.reachable.push_back(property()); });
    if (dice_.maybe())
      expect.violated[dice_.one_of({"strict", "classic", "strict+claims"})] = {id(), id()};
    return expect;
  }

  Property property() {
    switch (dice_.below(8)) {
      case 0:
        return {dice_.maybe() ? id() : "", LawProp{dice_.one_of({"at-most-once", "cast-order"})}};
      case 1: {
        CountProp count{.of = event()};
        if (dice_.maybe()) count.after = event();
        if (dice_.maybe()) count.min = dice_.below(9);
        if (dice_.maybe()) count.max = dice_.below(9);
        return {id(), count};
      }
      case 2: {
        BeforeProp before{{event(), event()}};
        some([&] { before.events.push_back(event()); });
        return {id(), before};
      }
      case 3: {
        OutcomeProp outcome{op(), {"return"}};
        some([&] { outcome.in.push_back(dice_.one_of({"error", "timeout", "failure"})); });
        if (dice_.maybe()) outcome.value = Object({{"value", value()}});
        if (dice_.maybe()) outcome.raises = name();
        return {id(), outcome};
      }
      case 4:
        return {id(), AtOnceProp{id(), dice_.positive()}};
      case 5:
        return {id(),
                AgainProp{dice_.one_of({AgainProp::From::seed, AgainProp::From::deviations})}};
      case 6:
        return {id(), ShrunkProp{dice_.one_of({"at-most-once", "cast-order"})}};
      default:
        return {id(), WithinProp{event(), event(), duration(), duration()}};
    }
  }

  RollingDice dice_;
};

}  // namespace castaway::scenario
