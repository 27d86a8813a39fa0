#include "process_names.h"

#include <gtest/gtest.h>

namespace castaway::sim {
namespace {

TEST(ProcessNames, AreThoseOfConnections) {
  ProcessNames names;
  EXPECT_EQ(names.name_of("shop"), "shop");
  EXPECT_EQ(names.name_of("shop"), "shop");
  EXPECT_EQ(names.name_of("till 2"), "till 2");
  EXPECT_EQ(names.unnamed(), 0U);
}

TEST(ProcessNames, OfOsloMessagingAreProgramsWhateverTheProcessIdAndTheUuid) {
  ProcessNames names;
  EXPECT_EQ(names.name_of("nova-api:4711:cbf258da-740e-4cce-8ae1-035804f18764"), "nova-api");
  EXPECT_EQ(names.name_of("nova-api:4711:75e31e74-6145-40d3-9005-824aac1ce551"), "nova-api");
  EXPECT_EQ(names.name_of("nova-api:12:75e31e74-6145-40d3-9005-824aac1ce552"), "nova-api#2");
  EXPECT_EQ(names.name_of("nova-api:4711:8eeece88-c170-42cf-8854-738ac5de4533"), "nova-api");
  EXPECT_EQ(names.name_of("a:b:12:75e31e74-6145-40d3-9005-824aac1ce552"), "a:b");
}

TEST(ProcessNames, HoldNothingThatAClientDraws) {
  ProcessNames names;
  EXPECT_EQ(names.name_of("worker 75e31e74-6145-40d3-9005-824aac1ce551"), "worker *");
  EXPECT_EQ(names.name_of("worker 8eeece88-c170-42cf-8854-738ac5de4533"), "worker *#2");
  EXPECT_EQ(names.name_of("worker 75e31e74-6145-40d3-9005-824aac1ce551"), "worker *");
  EXPECT_EQ(names.name_of(":75e31e74-6145-40d3-9005-824aac1ce551"), ":*");
}

TEST(ProcessNames, AreNumbersWhereThereIsNone) {
  ProcessNames names;
  EXPECT_EQ(names.name_of(""), "connection-1");
  EXPECT_EQ(names.name_of("shop"), "shop");
  EXPECT_EQ(names.name_of(""), "connection-2");
  EXPECT_EQ(names.unnamed(), 2U);
}

}  // namespace
}  // namespace castaway::sim
