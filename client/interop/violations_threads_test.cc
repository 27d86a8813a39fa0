// What executes a request twice, for real: everybody against everybody. A strict client or server
// does not, and classic does what oslo.messaging does.

#include <functional>
#include <memory>
#include <string>

#include <gtest/gtest.h>

#include "nine_pairs_fixture.h"

namespace castaway::interop {
namespace {

class Violations : public NinePairs {};

/// The client's request arrives, and its confirm does not: the connection breaks first. `meanwhile`
/// comes before that.
int lose_the_confirm(
    Meeting& meeting, const std::function<void()>& meanwhile = [] {}) {
  meeting.send_by_line();
  meeting.cast("note");
  meeting.await(1);
  meeting.line().confirms().lose(1);
  {
    const auto cast = meeting.runtime().spawn("cast", [&meeting] { meeting.cast("note"); });
    meeting.await(2);
    meeting.await([&meeting] { return meeting.line().confirms().lost() == 1; });
    meanwhile();
    meeting.line().cut();
  }
  meeting.await(3, 1s);
  return meeting.ran() - 1;
}

TEST_F(Violations, V1ALostConfirmRunsACastTwiceUnlessItsClientIsStrict) {
  const Counts found = play([](Meeting& meeting) {
    meeting.serve("one");
    meeting.serve("two");
    return lose_the_confirm(meeting);
  });
  EXPECT_EQ(found, all([](Party client, Party) { return client == Party::strict ? 1 : 2; }));
}

TEST_F(Violations, V1ALostConfirmDoesNotShowOnASingleServer) {
  const Counts found = play([](Meeting& meeting) {
    meeting.serve("one");
    return lose_the_confirm(meeting);
  });
  EXPECT_EQ(found, all([](Party, Party) { return 1; }));
}

TEST_F(Violations, V2TwentyOtherCastsMakeASingleServerForgetUnlessOneSideIsStrict) {
  const Counts found = play([](Meeting& meeting) {
    meeting.serve("one");
    return lose_the_confirm(meeting, [&] {
      Castaway others(meeting.runtime(), Profile::classic, rabbit::RabbitMQNode::shared().port());
      const RPCClient client(others.transport, {.target = {.topic = meeting.topic()}});
      for (int i = 0; i < 20; ++i) client.cast({}, "nothing");
      client.call({}, "nothing");  // behind them
    });
  });
  EXPECT_EQ(found, all([](Party client, Party server) {
              return client == Party::strict || server == Party::strict ? 1 : 2;
            }));
}

TEST_F(Violations, V3ALostAckRunsACastTwiceUnlessItsServerIsStrict) {
  const Counts found = play([](Meeting& meeting) {
    meeting.serve_by_line("one");
    meeting.cast("note");
    meeting.await(1);
    meeting.runtime().sleep_until(meeting.runtime().now() + 500ms);  // its ack has gone
    meeting.line().silence_clients(true);
    meeting.cast("note");
    meeting.await(2, 1s);
    meeting.serve("two");
    meeting.line().cut();
    meeting.line().silence_clients(false);
    meeting.await(3, 2s);
    return meeting.ran() - 1;
  });
  EXPECT_EQ(found, all([](Party, Party server) { return server == Party::strict ? 1 : 2; }));
}

TEST_F(Violations, V4AConfirmThatStaysAwayRunsACallTwiceUnlessItsClientIsStrict) {
  const Counts found = play([](Meeting& meeting) {
    meeting.send_by_line();
    meeting.serve("one");
    meeting.serve("two");
    EXPECT_EQ(meeting.call(20), "");
    // The link goes on; who waits longer than the timeout for the confirm sends again.
    meeting.line().confirms().lose(1);
    EXPECT_EQ(meeting.call(2), "") << pair(meeting.client(), meeting.server());
    EXPECT_EQ(meeting.line().confirms().lost(), 1);
    meeting.await(3, 3s);
    return meeting.ran() - 1;
  });
  EXPECT_EQ(found, all([](Party client, Party) { return client == Party::strict ? 1 : 2; }));
}

}  // namespace
}  // namespace castaway::interop
