// Rules that name a queue, by its name or by whose it is, and rules that go by topic.

#include <string>

#include <gtest/gtest.h>

#include "lint_fixture.h"

namespace castaway::scenario {
namespace {

/// The rule that the sound scenario has on a link.
const std::string cut = R"({"edge": "link", "from": "c2"}, "when": {"at": "3s"}, )"
                        R"("do": {"disconnect": {"for": "1s"}})";

/// A rule in its place that does this to the broker.
std::string does(const std::string& what) {
  return R"({"edge": "broker"}, "when": {"at": "3s"}, "do": {)" + what + "}";
}

TEST(LintQueues, LooksForWhoseTheyAre) {
  expect_told({
      {cut, does(R"("delete_queue": {"queue_of": "s3"})"),
       "/faults/2/do/delete_queue/queue_of: no server is called \"s3\"; did you mean \"s1\"?"},
      {cut, does(R"("delete_queue": {"fanout_of": "c1"})"),
       "/faults/2/do/delete_queue/fanout_of: no server is called \"c1\"; did you mean \"s1\"?"},
      {cut, does(R"("purge_queue": {"replies_of": "s1"})"),
       "/faults/2/do/purge_queue/replies_of: no client is called \"s1\"; did you mean \"c1\"?"},
      {cut, does(R"("cancel_consumer": {"queue": "t", "who": "s3"})"),
       "/faults/2/do/cancel_consumer/who: no process is called \"s3\"; did you mean \"s1\"?"},
      {cut, does(R"("unbind": {"queue": "t.s3"})"),
       "/faults/2/do/unbind/queue: no queue is called \"t.s3\"; did you mean \"t.s1\"?"},
      {cut, does(R"("close_channel": {"who": "c3", "code": 406})"),
       "/faults/2/do/close_channel/who: no process is called \"c3\"; did you mean \"c1\"?"},
  });
  for (const std::string what :
       {R"("delete_queue": {"fanout_of": "s1"})", R"("purge_queue": {"queue_of": "s2"})",
        R"("cancel_consumer": {"replies_of": "c1"})", R"("unbind": {"queue": "t.s1"})"})
    EXPECT_EQ(told_with(cut, does(what)), "");
}

TEST(LintQueues, SaysHowToNameOneWhoseNameIsDrawn) {
  expect_told({
      {cut, does(R"("delete_queue": {"queue": "t_fanout_s1"})"),
       "/faults/2/do/delete_queue/queue: no queue is called \"t_fanout_s1\": the name of a fanout "
       "queue ends in an id that each run draws anew; say \"fanout_of\" which server it is"},
      {cut, does(R"("delete_queue": {"queue": "reply_c1"})"),
       "/faults/2/do/delete_queue/queue: no queue is called \"reply_c1\": the name of a reply "
       "queue ends in an id that each run draws anew; say \"replies_of\" which client it is"},
  });
}

TEST(LintQueues, LooksForTopicsThatNobodyAsks) {
  const std::string lost = R"({"edge": "reply", "op": "second#*", "from": "s1", "to": "c1"})";
  const auto published = [](const std::string& topic) {
    return R"({"edge": "request", "hop": "publish", "topic": ")" + topic + "\"}";
  };
  EXPECT_EQ(told_with(lost, published("compute")),
            "/faults/1/on/topic: no operation goes to topic \"compute\"\n");
  EXPECT_EQ(told_with(lost, published("t")), "");
}

}  // namespace
}  // namespace castaway::scenario
