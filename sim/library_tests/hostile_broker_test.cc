// What no honest broker says, said to each connection of a client and a server, at each stage of a
// call: nothing crashes, nobody waits for ever, and the next call succeeds.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/testing/hostile_acts.h"

#include "hostile_broker_fixture.h"

namespace castaway::sim {
namespace {

using castaway::testing::hostile_acts;
using castaway::testing::HostileAct;
using castaway::testing::ScriptedTransport;

enum class Stage {
  while_it_connects,  ///< inside Transport::connect()
  before_it_opens,
  while_a_call_waits,  ///< for its confirm, its server and its reply
  while_a_reply_waits,
  after_a_call,
};

struct Case {
  Profile profile = Profile::strict;
  Stage stage = Stage::while_it_connects;
  /// What does not end with two values, and nothing wrong.
  std::vector<std::string> otherwise = {};
  friend void PrintTo(const Case& it, std::ostream* out) {
    *out << (it.profile == Profile::strict ? "strict " : "classic ") << int(it.stage);
  }
};

class HostileEvent : public ::testing::TestWithParam<Case> {};

/// The connections that a call needs.
const std::vector<std::string> connections = {"server/t", "server", "client/replies", "client"};

std::shared_ptr<ScriptedTransport::Link> link_of(HostileWorld& world, const std::string& name) {
  for (const auto& link : world.broker().links()) {
    if (link->name == name) return link;
  }
  return nullptr;
}

/// Lets the broker say one thing after the other until this connection publishes something.
void be_honest_until_published(HostileWorld& world, const std::string& name) {
  for (bool more = true; more;) {
    more = false;
    for (const auto& link : world.broker().links()) {
      more = link->tell_next() || more;
      world.run();
      const auto publisher = link_of(world, name);
      if (publisher && !publisher->published.empty()) return;
    }
  }
}

/// What becomes of a call and of the next one, and what else is wrong. Empty if the connection is
/// not there at that stage.
std::string outcome(const Case& of, const std::string& name, const HostileAct& act) {
  HostileWorld world(of.profile);
  bool done = false;
  const auto put_to = [&](ScriptedTransport::Link& link) {
    if (link.name == name && !std::exchange(done, true)) act.on(link);
  };
  if (of.stage == Stage::while_it_connects) {
    world.broker().on_connect = put_to;
    world.be_honest(10s);
  }
  if (of.stage >= Stage::while_a_call_waits) world.be_honest(1s);
  world.call();
  if (of.stage == Stage::while_a_call_waits) be_honest_until_published(world, "client");
  if (of.stage == Stage::while_a_reply_waits) be_honest_until_published(world, "server");
  if (of.stage == Stage::after_a_call) world.be_honest(1s);
  if (const auto link = link_of(world, name); link && of.stage != Stage::while_it_connects)
    put_to(*link);
  world.be_honest(60s);
  world.call();
  world.be_honest(60s);
  std::string text;
  for (const auto& operation : world.operations()) text += operation->outcome + ", ";
  const std::string trouble = world.end();
  if (world.most_runs() > 1) text += "and it ran again, ";
  return done ? text + trouble : "";
}

TEST_P(HostileEvent, BreaksNothing) {
  std::vector<std::string> otherwise;
  std::size_t put = 0;
  for (const std::string& connection : connections) {
    for (const HostileAct& act : hostile_acts()) {
      const std::string text = outcome(GetParam(), connection, act);
      if (text.empty()) continue;
      ++put;
      if (text != "7, 7, ") otherwise.push_back(connection + ": " + act.name + ": " + text);
    }
  }
  EXPECT_EQ(otherwise, GetParam().otherwise);
  EXPECT_GE(put, hostile_acts().size());
}

/// Who closes a connection, or takes its consumer away, loses what is on its way there.
std::vector<std::string> lost(const std::string& connection, const std::vector<std::string>& acts) {
  std::vector<std::string> outcomes;
  for (const std::string& act : acts)
    outcomes.push_back(connection + ": " + act + ": timeout, 7, ");
  return outcomes;
}

std::vector<std::string> operator+(std::vector<std::string> a, const std::vector<std::string>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

const std::vector<std::string> cancels = {"a consumer is cancelled that is not there",
                                          "a consumer is cancelled twice"};
const std::vector<std::string> closes = {"the connection closes",
                                         "the connection closes as if we had asked for it",
                                         "the connection closes twice"};
const std::vector<std::string> goes_on = {"the connection closes and goes on"};
const std::vector<std::string> refused = {
    "client: all possible publications are refused: not delivered, 7, ",
    "client: the latest publication is refused, then confirmed: not delivered, 7, "};

INSTANTIATE_TEST_SUITE_P(
    AtEachStage, HostileEvent,
    ::testing::Values(
        Case{Profile::strict, Stage::while_it_connects},
        Case{Profile::strict, Stage::before_it_opens, lost("server/t", closes + goes_on)},
        Case{Profile::strict, Stage::while_a_call_waits,
             lost("server/t", cancels + closes + goes_on) + refused},
        Case{Profile::strict, Stage::while_a_reply_waits, lost("client/replies", cancels + closes)},
        Case{Profile::strict, Stage::after_a_call},
        Case{Profile::classic, Stage::while_it_connects},
        Case{Profile::classic, Stage::before_it_opens, lost("server/t", closes + goes_on)},
        Case{Profile::classic, Stage::while_a_call_waits,
             lost("server/t", cancels + closes) + refused},
        Case{Profile::classic, Stage::while_a_reply_waits,
             lost("client/replies", cancels + closes) + refused},
        Case{Profile::classic, Stage::after_a_call}));

/// Only a transport refuses a message because it is too long. A broker that closes with that code,
/// or returns a message with it, says nothing of the others.
TEST(HostileBroker, MakesNoReplyTooLongByTheCodeOfAClose) {
  HostileWorld world(Profile::strict);
  world.call();
  world.be_honest(1s);
  const auto server = link_of(world, "server");
  server->stuck = true;
  world.call();
  world.be_honest(1ms);
  ASSERT_EQ(server->published.size(), 2U);
  server->tell([](ConnectionEvents& to) { to.closed({.code = 311, .text = "CONTENT_TOO_LARGE"}); });
  world.be_honest(10s);
  EXPECT_EQ(world.operations().back()->outcome, "7");
  EXPECT_EQ(world.end(), "");
}

/// The broker answers nothing more, and nothing closes.
TEST(SilentBroker, DoesNotHoldUpCleanup) {
  for (const Profile profile : {Profile::strict, Profile::classic}) {
    for (int events = 0; events < 12; ++events) {
      FiberTestWorld world;
      ScriptedTransport broker;
      TimePoint begun = never, ended = never;
      RPCTransport* messaging = nullptr;
      world.start("client", [&] {
        RPCTransport own(world.runtime, broker, {.profile = profile});
        messaging = &own;
        const RPCClient client(own, {.target = {.topic = "t"}});
        EXPECT_THROW(client.call({}, "echo"), MessageDeliveryFailure);
        world.runtime.sleep_until(TimePoint(9s));
      });
      world.start("cleanup", [&] {
        world.runtime.sleep_until(TimePoint(1s));
        begun = world.runtime.now();
        messaging->cleanup();
        ended = world.runtime.now();
      });
      world.run(TimePoint(0s));
      for (int i = 0; i < events; ++i) {
        for (const auto& link : broker.links()) link->tell_next();
        world.run(TimePoint(0s));
      }
      world.run(TimePoint(10s));
      EXPECT_EQ(world.runtime.waiting_tasks(), "") << events;
      EXPECT_LE(ended - begun, Duration(5s)) << events;
    }
  }
}

}  // namespace
}  // namespace castaway::sim
