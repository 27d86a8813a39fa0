// What of a text is an id, and what is not.

#include "castaway/sim/mask_ids.h"

#include <gtest/gtest.h>

namespace castaway::sim {
namespace {

TEST(MaskIds, TakesOutWhatAClientDrawsByChance) {
  EXPECT_EQ(mask_ids("reply_0536ea10b0784e4081ff269ac1255155"), "reply_*");
  EXPECT_EQ(mask_ids("golden_fanout_7df8262aac204089a69a44f3290d5c17"), "golden_fanout_*");
  EXPECT_EQ(mask_ids(R"({"_msg_id": "0536EA10-b078-4e40-81ff-269ac1255155", "n": 1})"),
            R"({"_msg_id": "*", "n": 1})");
  EXPECT_EQ(mask_ids("at 1767225600123 ms"), "at * ms");
  EXPECT_EQ(mask_ids("amq.gen-JzTY20BRgKO-HjmUJj0wLg"), "amq.gen-*");
  EXPECT_EQ(mask_ids("amq.ctag-3.x"), "amq.ctag-*.x");
}

TEST(MaskIds, LeavesTheRest) {
  for (const char* text :
       {"", "compute.host-1", "cafe", "deadbeef", "2026-11-29", "10.0.0.1:5672", "facade-added",
        R"({"method": "ping", "args": {"n": 123456789}})", "amq.topic"}) {
    EXPECT_EQ(mask_ids(text), text);
  }
}

TEST(MaskIds, TheSameTextStaysTheSame) {
  const std::string masked = mask_ids("a 0536ea10b0784e4081ff269ac1255155 b amq.gen-x");
  EXPECT_EQ(mask_ids(masked), masked);
}

}  // namespace
}  // namespace castaway::sim
