// What breaks for a while, with a real oslo.messaging on the one side and us on the other: no call
// hangs, no call of ours runs twice in profile strict, and soon all is as before.

#include <atomic>
#include <functional>
#include <list>

#include <gmock/gmock.h>

#include "castaway/testing/transport_peer.h"

#include "interop_fixture.h"
#include "meeting.h"

namespace castaway::interop {
namespace {

using ::testing::Each;

/// From the end of a failure to the next call that returns. oslo.messaging waits 1 s before it
/// connects again, and more after each attempt that failed.
constexpr Duration recovers_within = 15s;

class Recovery : public ::testing::Test {
 protected:
  Recovery() {
    OsloPeer::shared();
    for (const auto& [client, server] :
         {std::pair(Party::strict, Party::oslo), std::pair(Party::classic, Party::oslo),
          std::pair(Party::oslo, Party::strict), std::pair(Party::oslo, Party::classic)}) {
      auto& meeting = meetings_.emplace_back(runtime_, client, server, own_topic());
      meeting.send_by_line();
      meeting.serve_by_line("one");
      EXPECT_EQ(meeting.call(20), "") << meeting.topic();
    }
  }
  /// Each meeting has a call under way when `failure` comes, which takes so many seconds, and
  /// others when it is over. What became of the first comes back.
  std::vector<std::string> survive(double seconds, const std::function<void()>& failure) {
    std::list<std::string> errors;
    std::vector<std::unique_ptr<Task>> calls;
    for (Meeting& meeting : meetings_) {
      std::string& error = errors.emplace_back();
      calls.push_back(runtime_.spawn(
          "call", [&meeting, &error, seconds] { error = meeting.call(20, seconds); }));
      meeting.await(2);
    }
    failure();
    for (Meeting& meeting : meetings_)
      calls.push_back(runtime_.spawn("recovery", [this, &meeting] { recover(meeting); }));
    calls.clear();
    return {errors.begin(), errors.end()};
  }
  void recover(Meeting& meeting) {
    const TimePoint deadline = runtime_.now() + recovers_within;
    std::string error = "nothing was tried";
    int tried = 0;
    for (; runtime_.now() < deadline && !error.empty(); ++tried) error = meeting.call(2);
    EXPECT_EQ(error, "") << meeting.topic();
    EXPECT_LE(meeting.ran(), 2 + tried) << meeting.topic() << ": something ran twice";
  }
  static rabbit::RabbitMQNode& broker() { return rabbit::RabbitMQNode::shared(); }

  ThreadRuntime runtime_;
  std::list<Meeting> meetings_;
};

TEST_F(Recovery, FromConnectionsThatAreCut) {
  const auto errors = survive(1, [&] {
    for (Meeting& meeting : meetings_) meeting.line().cut();
  });
  EXPECT_THAT(errors, Each(""));
}

TEST_F(Recovery, FromConnectionsThatTheBrokerCloses) {
  const auto errors = survive(3, [] { broker().ctl({"close_all_connections", "maintenance"}); });
  EXPECT_THAT(errors, Each(""));
}

TEST_F(Recovery, FromAQueueThatIsDeletedUnderItsConsumer) {
  const auto errors = survive(1, [&] {
    RabbitTransport transport(runtime_, {.hosts = {broker().host()}});
    castaway::testing::TransportPeer peer(runtime_, transport);
    peer.await("opened");
    for (const Meeting& meeting : meetings_)
      peer.await_completed(
          peer.with([&](Connection& c) { return c.delete_queue(meeting.topic()); }));
  });
  EXPECT_THAT(errors, Each(""));
}

TEST_F(Recovery, FromABrokerThatRestarts) {
  const auto errors = survive(4, [] {
    broker().ctl({"stop_app"});
    broker().ctl({"start_app"});
  });
  // A reply that is in its queue just then goes with the queue.
  EXPECT_THAT(errors, Each(::testing::AnyOf("", "MessagingTimeout")));
}

TEST_F(Recovery, FromAMemoryAlarmDuringWhichRequestsWait) {
  std::atomic<bool> over = false;
  const auto shortage = runtime_.spawn("shortage", [&over] {
    broker().ctl({"eval",
                  "vm_memory_monitor:set_vm_memory_high_watermark(0), timer:sleep(2000), "
                  "vm_memory_monitor:set_vm_memory_high_watermark(0.4)."});
    over = true;
  });
  std::vector<std::unique_ptr<Task>> calls;
  for (Meeting& meeting : meetings_) {
    calls.push_back(runtime_.spawn("calls", [this, &meeting, &over] {
      Duration longest = {};
      int called = 1;
      for (; !over; ++called) {
        const TimePoint begun = runtime_.now();
        EXPECT_EQ(meeting.call(30, 0.05), "") << meeting.topic();
        longest = std::max(longest, Duration(runtime_.now() - begun));
      }
      EXPECT_GE(longest, 500ms) << meeting.topic() << " was not held up";
      EXPECT_EQ(meeting.ran(), called) << meeting.topic();
    }));
  }
}

}  // namespace
}  // namespace castaway::interop
