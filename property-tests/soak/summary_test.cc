#include "summary.h"

#include <gmock/gmock.h>

namespace castaway::soak {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;

Summary good() {
  return {.time = 62s,
          .restarts = 3,
          .strict = {.account = {.calls = 700,
                                 .casts = 200,
                                 .fanouts = 100,
                                 .done = 980,
                                 .in_doubt = 15,
                                 .refused = 5},
                     .slowest = 5100ms,
                     .slowest_recovery = 1500ms},
          .classic = {.account = {.calls = 7, .done = 7, .ran_twice = 2}, .slowest = 25s},
          .first = Vitals{.rss_kib = 20'480, .fds = 30, .threads = 40},
          .last = Vitals{.rss_kib = 21'504, .fds = 30, .threads = 40}};
}

TEST(Summary, OfASoakInWhichAllWentWell) {
  Summary summary = good();
  judge(summary);
  EXPECT_THAT(summary.wrong, IsEmpty());
  EXPECT_EQ(to_string(summary),
            "soak: 62 s, 3 restarts of the broker\n"
            "  strict   700 calls, 200 casts, 100 fanouts: 980 ok, 15 in doubt, 5 refused\n"
            "           0 ran twice, 0 ran though refused, 0 answered though they never ran\n"
            "           slowest operation 5.1 s, slowest recovery 1.5 s\n"
            "  classic  7 calls, 0 casts, 0 fanouts: 7 ok, 0 in doubt, 0 refused\n"
            "           2 ran twice, 0 ran though refused, 0 answered though they never ran\n"
            "           slowest operation 25.0 s, slowest recovery 0.0 s\n"
            "  first    20.0 MiB, 30 descriptors, 40 threads\n"
            "  last     21.0 MiB, 30 descriptors, 40 threads\n"
            "  all is well\n");
}

TEST(Summary, IsALineOfJson) {
  Summary summary = good();
  summary.last.reset();
  summary.interrupted = true;
  EXPECT_EQ(
      to_json(summary),
      R"({"soak":1,"time_s":62.0,"restarts":3,"interrupted":true,)"
      R"("strict":{"calls":700,"casts":200,"fanouts":100,"ok":980,"in_doubt":15,"refused":5,)"
      R"("ran_twice":0,"ran_though_refused":0,"answered_though_it_never_ran":0,)"
      R"("slowest_s":5.1,"slowest_recovery_s":1.5},)"
      R"("classic":{"calls":7,"casts":0,"fanouts":0,"ok":7,"in_doubt":0,"refused":0,)"
      R"("ran_twice":2,"ran_though_refused":0,"answered_though_it_never_ran":0,)"
      R"("slowest_s":25.0,"slowest_recovery_s":0.0},)"
      R"("first":{"rss_kib":20480,"fds":30,"threads":40,"remembered_ids":0},"last":null,"wrong":[]})"
      "\n");
}

TEST(Summary, SaysEachThingThatStrictMustNotDo) {
  Summary summary = good();
  summary.strict = {
      .account = {.ran_twice = 1, .ran_though_refused = 2, .answered_though_it_never_ran = 3},
      .slowest = 10100ms,
      .slowest_recovery = 31s};
  summary.last->fds = 31;
  judge(summary);
  EXPECT_THAT(
      summary.wrong,
      ElementsAre("strict: 1 operations ran twice",
                  "strict: 2 operations ran although their caller was told: never",
                  "strict: 3 calls were answered that no server ran", "strict: nothing was done",
                  "strict: an operation took 10.1 s, and 5s is its timeout",
                  "strict: a recovery took 31.0 s, more than 30s",
                  "file descriptors grew from 30 to 31"));
}

}  // namespace
}  // namespace castaway::soak
