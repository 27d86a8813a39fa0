// What a broker may say to a connection that consumes, asked for or not.

#include "listen_link.h"

#include <gtest/gtest.h>

#include "castaway/testing/hostile_acts.h"
#include "castaway/thread_runtime.h"

namespace castaway {
namespace {

using testing::hostile_acts;
using testing::HostileAct;
using testing::ScriptedTransport;

class ListenLinkTest : public ::testing::Test {
 protected:
  void connect() { link_->connect(broker_, "test"); }
  void tell(const ScriptedTransport::Event& event) { broker_.links().front()->tell(event); }
  bool completed(RequestNumber request) { return link_->wait_completed(request, runtime_.now()); }

  ThreadRuntime runtime_;
  ScriptedTransport broker_;
  int delivered_ = 0;
  std::shared_ptr<ListenLink> link_ = std::make_shared<ListenLink>(
      runtime_,
      [this](const Taken& taken) {
        ++delivered_;
        taken.acknowledge();
      },
      runtime_.make_signal("changed"));
};

TEST_F(ListenLinkTest, ARequestStaysCarriedOutWhenOneBeforeItIsSaidToBe) {
  connect();
  tell([](ConnectionEvents& to) { to.completed(3); });
  tell([](ConnectionEvents& to) { to.completed(1); });
  EXPECT_TRUE(completed(3));
}

TEST_F(ListenLinkTest, WhatIsSaidToBeCarriedOutAfterTheCloseIsNot) {
  connect();
  tell([](ConnectionEvents& to) { to.completed(1); });
  tell([](ConnectionEvents& to) { to.closed({.text = "first"}); });
  tell([](ConnectionEvents& to) { to.completed(2); });
  EXPECT_TRUE(completed(1));
  EXPECT_FALSE(completed(2));
}

TEST_F(ListenLinkTest, TheFirstCloseSaysWhy) {
  connect();
  tell([](ConnectionEvents& to) { to.closed({.code = 320, .text = "first"}); });
  tell([](ConnectionEvents& to) { to.closed({.code = 200, .text = "second"}); });
  EXPECT_EQ(link_->status().why.text, "first");
}

TEST_F(ListenLinkTest, ADeliveryBeforeAnythingWasAskedForIsDropped) {
  broker_.on_connect = [](ScriptedTransport::Link& link) {
    link.tell([](ConnectionEvents& to) { to.delivered({.delivery_tag = 1}); });
  };
  connect();
  EXPECT_EQ(delivered_, 0);
  tell([](ConnectionEvents& to) { to.delivered({.delivery_tag = 1}); });
  EXPECT_EQ(delivered_, 1);
  EXPECT_EQ(broker_.links().front()->settled, std::vector<std::string>{"ack 1"});
}

TEST_F(ListenLinkTest, IsClosedAfterCloseWhateverTheBrokerSaysOrDoesNot) {
  for (const HostileAct& act : hostile_acts()) {
    link_ = std::make_shared<ListenLink>(
        runtime_, [](const Taken&) {}, runtime_.make_signal("changed"));
    connect();
    act.on(*broker_.links().back());
    link_->close(runtime_.now());
    EXPECT_TRUE(link_->status().closed) << act.name;
    EXPECT_FALSE(link_->wait_completed(99, never)) << act.name;
  }
}

}  // namespace
}  // namespace castaway
