// What becomes of the requests of a server that ends, for real: everybody against everybody. No
// request runs twice. A strict server hands on what it did not begin; oslo.messaging and classic
// have acknowledged it by then, and it is lost.

#include <map>
#include <string>

#include <gmock/gmock.h>

#include "nine_pairs_fixture.h"

namespace castaway::interop {
namespace {

using ::testing::Each;
using ::testing::Pair;

class ServerEnds : public NinePairs {};

TEST_F(ServerEnds, V6AKilledServerTakesItsBacklogAlongUnlessItIsStrict) {
  constexpr int requests = 8, workers = 2;
  const Counts found = play([](Meeting& meeting) {
    const bool strict = meeting.server() == Party::strict;
    meeting.serve_apart_by_line("one", workers);
    for (int i = 0; i < requests; ++i) EXPECT_EQ(meeting.cast("sleep", 600 + i), "");
    const int acknowledged = strict ? workers : requests;
    meeting.await([&] {
      return meeting.ran() == workers && meeting.line().acks().carried() == acknowledged;
    });
    EXPECT_EQ(meeting.line().acks().carried(), acknowledged)
        << pair(meeting.client(), meeting.server());
    // What has been read by the line may still be on its way, and would be lost with it.
    meeting.runtime().sleep_until(meeting.runtime().now() + 2s);
    meeting.kill("one");
    meeting.serve_apart("two", 2 * requests);
    meeting.await(strict ? requests : workers + 1, strict ? 20s : 2s);
    meeting.await(requests + 1, 1s);  // is there one too many?
    EXPECT_THAT(meeting.ran_apart(), Each(Pair(::testing::_, 1)))
        << pair(meeting.client(), meeting.server());
    return meeting.ran();
  });
  EXPECT_EQ(found,
            all([](Party, Party server) { return server == Party::strict ? requests : workers; }));
}

TEST_F(ServerEnds, V5AStoppedServerAcknowledgesWhatItNeverRunsUnlessItIsStrict) {
  constexpr int late = 4;
  const Counts found = play([](Meeting& meeting) {
    meeting.serve("one");
    meeting.cast("sleep", 5);
    meeting.await(1);
    meeting.stop("one");
    for (int i = 0; i < late; ++i) EXPECT_EQ(meeting.cast("note"), "");
    meeting.wait("one");  // for the method that runs, and then it goes
    EXPECT_EQ(meeting.ran(), 1) << "something began after stop()";
    meeting.serve("two");
    meeting.await(1 + late, meeting.server() == Party::strict ? 20s : 2s);
    meeting.await(2 + late, 500ms);  // is there one too many?
    return meeting.ran() - 1;
  });
  EXPECT_EQ(found, all([](Party, Party server) { return server == Party::strict ? late : 0; }));
}

}  // namespace
}  // namespace castaway::interop
