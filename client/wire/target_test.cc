#include "castaway/target.h"

#include <gtest/gtest.h>

namespace castaway {
namespace {

TEST(Target, PrintsTheFieldsThatAreGiven) {
  EXPECT_EQ(to_string(Target{}), "");
  EXPECT_EQ(to_string(Target{.topic = "compute", .server = "host-1"}),
            "topic=compute server=host-1");
  EXPECT_EQ(to_string(Target{.exchange = "nova",
                             .topic = "compute",
                             .namespace_ = "baseapi",
                             .version = "1.1",
                             .server = "host-1",
                             .fanout = true}),
            "exchange=nova topic=compute namespace=baseapi version=1.1 server=host-1 fanout=true");
}

TEST(Target, ComparesAllFields) {
  const Target target{.topic = "compute"};
  EXPECT_EQ(target, (Target{.topic = "compute"}));
  EXPECT_NE(target, (Target{.topic = "compute", .fanout = true}));
  EXPECT_NE(target, (Target{.exchange = "nova", .topic = "compute"}));
}

}  // namespace
}  // namespace castaway
