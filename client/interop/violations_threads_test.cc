// What executes a request twice, for real: everybody against everybody. A strict client or server
// does not, and classic does what oslo.messaging does.

#include <functional>
#include <map>

#include <gmock/gmock.h>

#include "interop_fixture.h"
#include "meeting.h"

namespace castaway::interop {
namespace {

/// "oslo to strict": how often the one request ran that met with the failure.
using Executions = std::map<std::string, int>;

class Violations : public ::testing::Test {
 protected:
  Violations() {
    rabbit::RabbitMQNode::shared();  // before many ask for it at once
    OsloPeer::shared();
  }
  /// All nine meetings at once, since each of them waits most of the time.
  Executions executions(const std::function<int(Meeting&)>& scene) {
    std::map<std::string, std::atomic<int>> found;
    std::vector<std::unique_ptr<Task>> tasks;
    for (const Party client : parties) {
      for (const Party server : parties) {
        std::atomic<int>& count = found[pair(client, server)];
        tasks.push_back(runtime_.spawn("meeting", [this, client, server, &count, &scene] {
          Meeting meeting(runtime_, client, server, topic_);
          count = scene(meeting);
        }));
      }
    }
    tasks.clear();
    return {found.begin(), found.end()};
  }
  /// What is expected of each pair.
  static Executions all(const std::function<int(Party client, Party server)>& times) {
    Executions expected;
    for (const Party client : parties)
      for (const Party server : parties) expected[pair(client, server)] = times(client, server);
    return expected;
  }
  static std::string pair(Party client, Party server) {
    return std::string(to_string(client)) + " to " + to_string(server);
  }

  const std::string topic_ = own_topic();
  ThreadRuntime runtime_;
};

/// The client's request arrives, and its confirm does not: the connection breaks first. `meanwhile`
/// comes before that.
int lose_the_confirm(
    Meeting& meeting, const std::function<void()>& meanwhile = [] {}) {
  meeting.send_by_line();
  meeting.cast("note");
  meeting.await(1);
  meeting.line().silence_broker(true);
  {
    const auto cast = meeting.runtime().spawn("cast", [&meeting] { meeting.cast("note"); });
    meeting.await(2);
    meanwhile();
    meeting.line().cut();
    meeting.line().silence_broker(false);
  }
  meeting.await(3, 1s);
  return meeting.ran() - 1;
}

TEST_F(Violations, V1ALostConfirmRunsACastTwiceUnlessItsClientIsStrict) {
  const Executions found = executions([](Meeting& meeting) {
    meeting.serve("one");
    meeting.serve("two");
    return lose_the_confirm(meeting);
  });
  EXPECT_EQ(found, all([](Party client, Party) { return client == Party::strict ? 1 : 2; }));
}

TEST_F(Violations, V1ALostConfirmDoesNotShowOnASingleServer) {
  const Executions found = executions([](Meeting& meeting) {
    meeting.serve("one");
    return lose_the_confirm(meeting);
  });
  EXPECT_EQ(found, all([](Party, Party) { return 1; }));
}

TEST_F(Violations, V2TwentyOtherCastsMakeASingleServerForgetUnlessOneSideIsStrict) {
  const Executions found = executions([](Meeting& meeting) {
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
  const Executions found = executions([](Meeting& meeting) {
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

TEST_F(Violations, V4ALateConfirmRunsACallTwiceUnlessItsClientIsStrict) {
  const Executions found = executions([](Meeting& meeting) {
    meeting.send_by_line();
    meeting.serve("one");
    meeting.serve("two");
    EXPECT_EQ(meeting.call(20), "");
    meeting.line().silence_broker(true);
    std::string error;
    {
      const auto call = meeting.runtime().spawn("call", [&] { error = meeting.call(2); });
      meeting.runtime().sleep_until(meeting.runtime().now() + 3500ms);
      meeting.line().silence_broker(false);
    }
    if (meeting.client() == Party::strict) {
      EXPECT_THAT(error, ::testing::AnyOf("MessagingTimeout", "MessageDeliveryFailure"));
    } else {
      EXPECT_EQ(error, "") << pair(meeting.client(), meeting.server());
    }
    meeting.await(3, 1s);
    return meeting.ran() - 1;
  });
  EXPECT_EQ(found, all([](Party client, Party) { return client == Party::strict ? 1 : 2; }));
}

}  // namespace
}  // namespace castaway::interop
