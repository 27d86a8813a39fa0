// Since 14.8 oslo.messaging looks for its replies every half second: a quirk that profile classic
// can have.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "castaway/rpc_client.h"

#include "hand_made_fixture.h"
#include "world_fixture.h"

namespace castaway::sim {
namespace {

struct Ending {
  std::string what = {};
  Duration after = {};  ///< to the next hundredth of a second
  friend bool operator==(const Ending&, const Ending&) = default;
  friend void PrintTo(const Ending& ending, std::ostream* out) {
    *out << ending.what << " after " << castaway::to_string(ending.after);
  }
};

/// How a call ends whose reply comes after 1.1 s, sent at 200 ms.
Ending call_with(Profile profile, Duration reply_poll, Duration timeout) {
  Simulation sim({.seed = 7});
  serve_by_hand(sim, "by-hand", [](const Request&) { return std::vector{value("7", 1100ms)}; });
  Ending ending;
  sim.process("nova-1", [&](Process& process) {
    SimTransport network(sim.network(), process.runtime.current_process(), "nova-1");
    RPCTransport messaging(process.runtime, network,
                           {.profile = profile, .name = "nova-1", .reply_poll = reply_poll});
    const RPCClient client(messaging, {.target = {.topic = "by-hand"}, .timeout = timeout});
    process.runtime.sleep_until(TimePoint(200ms));
    try {
      ending.what = client.call({}, "work").dump();
    } catch (const MessagingTimeout&) {
      ending.what = "timeout";
    }
    ending.after = std::chrono::round<std::chrono::duration<std::int64_t, std::centi>>(
        sim.now() - TimePoint(200ms));
    EXPECT_EQ(messaging.pending_calls(), 0U);
  });
  sim.run();
  return ending;
}

TEST(ReplyPoll, LosesAReplyThatCameInTimeAndEndsLate) {
  EXPECT_EQ(call_with(Profile::classic, 500ms, 1200ms), (Ending{"timeout", 1500ms}));
  EXPECT_EQ(call_with(Profile::classic, 500ms, 1400ms), (Ending{"timeout", 1500ms}));
}

TEST(ReplyPoll, SeesAReplyAtTheNextLook) {
  EXPECT_EQ(call_with(Profile::classic, 500ms, 1700ms), (Ending{"7", 1500ms}));
}

TEST(ReplyPoll, IsOffUnlessAskedForAndInStrict) {
  EXPECT_EQ(call_with(Profile::classic, 0ms, 1200ms), (Ending{"7", 1100ms}));
  EXPECT_EQ(call_with(Profile::strict, 500ms, 1200ms), (Ending{"7", 1100ms}));
}

}  // namespace
}  // namespace castaway::sim
