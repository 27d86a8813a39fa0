// Who serves the sockets: a thread that waits, or the task that stands by.

#include "asio_reactor.h"

#include <atomic>
#include <functional>
#include <future>
#include <memory>
#include <thread>
#include <vector>

#include <boost/asio/post.hpp>
#include <gtest/gtest.h>

#include "castaway/testing/mailbox_contract.h"
#include "castaway/testing/runtime_contract.h"

namespace castaway::rabbit {
namespace {

using Id = std::thread::id;

class WaitingThreads : public ::testing::Test {
 protected:
  ThreadRuntime runtime_;
  const std::shared_ptr<AsioReactor> reactor_ = AsioReactor::of(runtime_);

  /// The thread that runs handlers just now.
  Id who_serves() {
    std::promise<Id> promise;
    boost::asio::post(reactor_->io(), [&] { promise.set_value(std::this_thread::get_id()); });
    return promise.get_future().get();
  }
  void await(const std::function<bool()>& holds) {
    const TimePoint deadline = runtime_.now() + 20s;
    while (!holds()) {
      ASSERT_LT(runtime_.now(), deadline);
      runtime_.sleep_until(runtime_.now() + 100us);
    }
  }
  /// A task that waits, and has said who it is.
  std::unique_ptr<Task> wait_for(Signal& signal, Signal::Ticket ticket, TimePoint deadline,
                                 Id& id) {
    std::promise<void> begun;
    auto task = runtime_.spawn("waiter", [&, ticket, deadline] {
      id = std::this_thread::get_id();
      begun.set_value();
      signal.wait(ticket, deadline);
    });
    begun.get_future().wait();
    return task;
  }
};

TEST_F(WaitingThreads, ServeWhatTheyWaitFor) {
  const auto signal = runtime_.make_signal("answer");
  for (int i = 0; i < 1000; ++i) {
    Id served;
    const Signal::Ticket ticket = signal->ticket();
    boost::asio::post(reactor_->io(), [&] {
      served = std::this_thread::get_id();
      signal->notify();
    });
    EXPECT_TRUE(signal->wait(ticket, runtime_.now() + 20s));
    // Whoever stands by may have been quicker to see it, but that is not the rule.
    if (served == std::this_thread::get_id()) return;
  }
  ADD_FAILURE() << "the thread that waits has never served";
}

TEST_F(WaitingThreads, AreRelievedWhenTheyWaitForLong) {
  const Id standby = who_serves();  // nobody waits
  const auto signal = runtime_.make_signal("far away");
  Id id;
  const auto task = wait_for(*signal, signal->ticket(), never, id);
  await([&] { return who_serves() == standby; });
  EXPECT_NE(id, standby);
  signal->notify();
}

TEST_F(WaitingThreads, AreOverWhenAnotherThreadNotifies) {
  const auto signal = runtime_.make_signal("from elsewhere");
  for (int i = 0; i < 200; ++i) {
    const Signal::Ticket ticket = signal->ticket();
    const auto other = runtime_.spawn("other", [&] { signal->notify(); });
    EXPECT_TRUE(signal->wait(ticket, runtime_.now() + 20s));
  }
}

TEST_F(WaitingThreads, AreOverAtTheirDeadline) {
  const auto signal = runtime_.make_signal("nothing");
  for (int i = 0; i < 10; ++i) {
    const TimePoint deadline = runtime_.now() + 2ms;
    EXPECT_FALSE(signal->wait(signal->ticket(), deadline));
    EXPECT_GE(runtime_.now(), deadline);
  }
}

TEST_F(WaitingThreads, GiveTheLeadToOneThatWaitsForSomethingSoon) {
  constexpr int count = 4;
  std::atomic<int> over = 0;
  std::vector<std::unique_ptr<Signal>> signals;
  std::vector<std::unique_ptr<Task>> tasks;
  for (int i = 0; i < count; ++i) signals.push_back(runtime_.make_signal("answer"));
  for (int i = 0; i < count; ++i) {
    tasks.push_back(runtime_.spawn("waiter", [&, i] {
      const Signal::Ticket ticket = signals[i]->ticket();
      // Each is answered by a handler that a later handler posts: so somebody has to go on.
      boost::asio::post(reactor_->io(), [&, i] {
        boost::asio::post(reactor_->io(), [&, i] { signals[i]->notify(); });
      });
      if (signals[i]->wait(ticket, runtime_.now() + 20s)) ++over;
    }));
  }
  tasks.clear();
  EXPECT_EQ(over, count);
}

TEST_F(WaitingThreads, AreNotNeeded) {
  const Id first = who_serves();
  EXPECT_NE(first, std::this_thread::get_id());
  runtime_.sleep_until(runtime_.now() + 20ms);
  EXPECT_EQ(who_serves(), first);
}

TEST_F(WaitingThreads, ShareOneReactorOfARuntime) {
  EXPECT_EQ(AsioReactor::of(runtime_), reactor_);
  ThreadRuntime other;
  EXPECT_NE(AsioReactor::of(other), reactor_);
}

/// A handler that waits, though it must not, waits for another thread and not inside of itself.
TEST_F(WaitingThreads, DoNotServeInsideAHandler) {
  const auto signal = runtime_.make_signal("inner");
  std::atomic<bool> nested = false, done = false;
  const Signal::Ticket ticket = signal->ticket();
  boost::asio::post(reactor_->io(), [&] {
    boost::asio::post(reactor_->io(), [&] { nested = !done; });
    signal->wait(ticket, never);
    done = true;
  });
  runtime_.sleep_until(runtime_.now() + 5ms);
  signal->notify();
  await([&] { return done.load(); });
  who_serves();
  EXPECT_FALSE(nested);
}

/// All that is asked of a runtime, of one whose threads serve a reactor while they wait.
struct ServingWorld {
  Runtime& runtime() { return runtime_; }
  static void run(const std::function<void()>& body) { body(); }

  ThreadRuntime runtime_;
  std::shared_ptr<AsioReactor> reactor_ = AsioReactor::of(runtime_);
};

}  // namespace
}  // namespace castaway::rabbit

namespace castaway::testing {
INSTANTIATE_TYPED_TEST_SUITE_P(WaitingThreads, RuntimeContract, rabbit::ServingWorld);
INSTANTIATE_TYPED_TEST_SUITE_P(WaitingThreads, MailboxContract, rabbit::ServingWorld);
}  // namespace castaway::testing
