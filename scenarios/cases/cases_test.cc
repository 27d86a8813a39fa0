#include "castaway/scenario/cases.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "castaway/capabilities.h"

namespace castaway::scenario {
namespace {

TEST(Cases, AreAsManyAsTheCatalogueSays) {
  EXPECT_EQ(cases().size(), 190U);
  const auto of = [](Level level) { return std::ranges::count(cases(), level, &Case::level); };
  EXPECT_EQ(of(Level::must), 150);
  EXPECT_EQ(of(Level::should), 32);
  EXPECT_EQ(of(Level::may), 7);
  EXPECT_EQ(of(Level::info), 1);
  EXPECT_EQ(std::ranges::count(cases(), true, &Case::existential), 18);
  EXPECT_EQ(std::ranges::count(cases(), true, &Case::first_wave), 84);
}

TEST(Cases, HaveAnIdOfTheirOwnAndAllTheRest) {
  std::set<std::string_view> ids;
  for (const Case& known : cases()) {
    EXPECT_TRUE(ids.insert(known.id).second) << known.id;
    EXPECT_THAT(std::string(known.id), testing::MatchesRegex("[A-Z]+-[0-9]+"));
    EXPECT_THAT(std::string(known.slug), testing::MatchesRegex("[a-z0-9-]+")) << known.id;
    EXPECT_THAT(std::string(known.judges), testing::MatchesRegex("[CSTH]+")) << known.id;
    EXPECT_THAT(capabilities(), testing::Contains(known.needs)) << known.id;
    EXPECT_FALSE(known.fault.empty()) << known.id;
    EXPECT_FALSE(known.oracle.empty()) << known.id;
  }
}

TEST(Cases, AreFoundByTheirIds) {
  const Case* found = find_case("AMO-030");
  ASSERT_NE(found, nullptr);
  EXPECT_EQ(found->slug, "duplicate-beyond-window");
  EXPECT_EQ(found->level, Level::must);
  EXPECT_FALSE(found->existential);
  EXPECT_EQ(found->needs, "strict");
  EXPECT_EQ(find_case("AMO-031"), nullptr);
  EXPECT_EQ(find_case(""), nullptr);
}

TEST(Cases, KnowTheCapabilitiesThatTheyNeed) {
  EXPECT_THAT(capabilities(),
              testing::ElementsAre("acked", "cancel", "claim-store", "confirms", "core",
                                   "delivery-count", "executor.pool", "executor.sync", "fanout",
                                   "mandatory", "monitor", "multi-host", "reconnect", "requeue",
                                   "sim", "strict", "ttl", "turns", "typed-errors", "versions"));
}

TEST(Cases, CallCapabilitiesAsTransportsDo) {
  for (const std::string_view name : transport_capabilities) {
    // The seam's own.
    if (name == "durable" || name == "prefetch" || name == "queue-arguments") continue;
    EXPECT_THAT(capabilities(), testing::Contains(name));
  }
}

TEST(Level, IsWrittenInCapitals) {
  EXPECT_EQ(to_string(Level::must), "MUST");
  EXPECT_EQ(to_string(Level::should), "SHOULD");
  EXPECT_EQ(to_string(Level::may), "MAY");
  EXPECT_EQ(to_string(Level::info), "INFO");
}

}  // namespace
}  // namespace castaway::scenario
