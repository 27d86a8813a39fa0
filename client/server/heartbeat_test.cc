#include "heartbeat.h"

#include <gtest/gtest.h>

namespace castaway {
namespace {

Request monitored(std::optional<Duration> timeout) {
  return {.method = "m", .msg_id = "1", .reply_q = "q", .call_monitor_timeout = timeout};
}

struct Row {
  std::optional<Duration> timeout = {};
  std::optional<Duration> strict = {};
  std::optional<Duration> classic = {};
};

TEST(Heartbeat, ItsPeriodIsAThirdOrHalfTheWholeSeconds) {
  const Row rows[] = {
      {std::nullopt, std::nullopt, std::nullopt},
      {0s, std::nullopt, std::nullopt},
      {-3s, std::nullopt, std::nullopt},
      {1ns, 10ms, std::nullopt},
      {30ms, 10ms, std::nullopt},
      {1500ms, 500ms, std::nullopt},
      {1998ms, 666ms, std::nullopt},
      {2s, 666'666'666ns, 1s},
      {2500ms, 833'333'333ns, 1s},
      {3s, 1s, 1500ms},
      {60s, 20s, 30s},
  };
  for (const Row& row : rows) {
    const Request request = monitored(row.timeout);
    EXPECT_EQ(heartbeat_period(request, Profile::classic), row.classic);
    EXPECT_EQ(heartbeat_period(request, Profile::strict), row.strict);
  }
}

TEST(Heartbeat, ACastHasNone) {
  const Request cast{.method = "m", .call_monitor_timeout = 60s};
  EXPECT_EQ(heartbeat_period(cast, Profile::strict), std::nullopt);
  EXPECT_EQ(heartbeat_period(cast, Profile::classic), std::nullopt);
}

}  // namespace
}  // namespace castaway
