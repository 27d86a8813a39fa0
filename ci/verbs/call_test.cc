// The verbs that speak to a real broker, where there is none.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/child.h"

namespace castaway::ci {
namespace {

TEST(Call, SaysThatThereIsNoBrokerAndThatNothingWasExecuted) {
  const Child child = castaway({"call", "rabbit://u:secret@127.0.0.1:1/", "compute", "ping"});
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_EQ(child.out, "");
  EXPECT_EQ(child.err,
            "castaway: The call ping on topic=compute could not be sent: no connection to the "
            "broker: 127.0.0.1:1: Connection refused\n"
            "castaway: no server has executed it, and none will\n");
}

TEST(Call, ACastSaysThatToo) {
  const Child child = castaway({"call", "rabbit://127.0.0.1:1/", "compute", "ping", "--cast"});
  EXPECT_EQ(child.exit_code, 1);
  EXPECT_EQ(child.err,
            "castaway: The cast ping on topic=compute could not be sent: 127.0.0.1:1: Connection "
            "refused\n"
            "castaway: no server has executed it, and none will\n");
}

TEST(Call, SaysWhatIsWrongWithAnUrl) {
  const Child child = castaway({"call", "rabbit://h/?sssl=1", "compute", "ping"});
  EXPECT_EQ(child.exit_code, 64);
  EXPECT_EQ(child.err,
            "castaway: transport URL: there is no option \"sssl\"; did you mean \"ssl\"?\n");
}

TEST(Call, SaysHowAnURLIsSpelled) {
  const Child child = castaway({"call", "localhost:5672", "compute", "ping"});
  EXPECT_EQ(child.exit_code, 64);
  EXPECT_EQ(child.err,
            "castaway: \"localhost:5672\": a broker's URL begins with rabbit://; did you mean "
            "rabbit://localhost:5672/?\n");
}

TEST(ServeEcho, SaysOnceWhatItWaitsForAndEndsWithAnInterrupt) {
  const Child child = run_child({.program = "/usr/bin/timeout",
                                 .arguments = {"--signal=INT", "2", CASTAWAY_PROGRAM, "serve-echo",
                                               "rabbit://127.0.0.1:1/", "compute"}});
  EXPECT_EQ(child.exit_code, 124);  // timeout's own, when what it ran has ended in time
  EXPECT_EQ(child.out, "");
  EXPECT_EQ(child.err, "castaway: 127.0.0.1:1: Connection refused; trying again\n");
}

}  // namespace
}  // namespace castaway::ci
