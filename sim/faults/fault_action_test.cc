// What holds for every action, and what becomes of a message under each.

#include <concepts>
#include <set>
#include <string>
#include <type_traits>

#include <gmock/gmock.h>

#include "castaway/sim/fault_plan.h"

namespace castaway::sim {
namespace {

TEST(FaultAction, HasAKeyOfItsOwn) {
  std::set<std::string> names;
  for_each_action([&](const auto& action) {
    EXPECT_TRUE(names.insert(action.name).second) << action.name;
    EXPECT_EQ(name_of(action), action.name);
  });
  EXPECT_EQ(names.size(), std::variant_size_v<Action::variant>);
}

TEST(FaultAction, HasFieldsUnderDifferentKeysAndNoOthersBesideItself) {
  for_each_action([]<class A>(const A&) {
    std::set<std::string> keys;
    A::fields([&](const char* key, auto, const FieldInfo&) {
      EXPECT_TRUE(keys.insert(key).second) << A::name << ": " << key;
    });
    EXPECT_TRUE(!keys.contains(itself) || keys.size() == 1) << A::name;
    EXPECT_EQ(keys.empty(), std::is_empty_v<A>) << A::name;
  });
}

TEST(FaultAction, LeavesOutANumberOrStartsWithinItsBounds) {
  for_each_action([]<class A>(const A& action) {
    A::fields([&](const char* key, auto member, const FieldInfo& info) {
      if constexpr (std::same_as<decltype(member), std::uint64_t A::*>) {
        const std::uint64_t usual = action.*member;
        EXPECT_TRUE(usual == 0 || usual >= info.least) << A::name << ": " << key;
        EXPECT_TRUE(info.most == 0 || usual <= info.most) << A::name << ": " << key;
      }
    });
  });
}

/// Every choice is the benign one.
struct Drawn {
  explicit Drawn(const Action& action) : fate(fate_of(action, {decisions, "a/request"})) {}
  Benign benign;
  Decisions decisions{benign};
  Fate fate;
};

TEST(FaultAction, SaysWhatBecomesOfAMessage) {
  EXPECT_TRUE(Drawn(Drop()).fate.lost);
  EXPECT_EQ(Drawn(Delay{{.a = 3ms}}).fate.late, 3ms);
  EXPECT_TRUE(Drawn(Requeue()).fate.redelivered);
  EXPECT_TRUE(Drawn(Unroutable()).fate.unroutable);
  EXPECT_TRUE(Drawn(Nack()).fate.refused);
  EXPECT_EQ(Drawn(Reorder{.overtake = 2}).fate.overtakes, 2U);
  const Drawn behind(Reorder{.window = 3});
  EXPECT_TRUE(behind.fate.out_of_order);
  EXPECT_EQ(behind.fate.places, 0U);
  const Action hold = HoldUntil{{.ev = "execute"}};
  EXPECT_EQ(*Drawn(hold).fate.until, (EventPattern{.ev = "execute"}));
  const Action copy = Duplicate{.copies = 2};
  EXPECT_EQ(*Drawn(copy).fate.copies, (Duplicate{.copies = 2}));
  const Action cut = Disconnect{.for_ = 1s};
  EXPECT_EQ(*Drawn(cut).fate.cut, (Disconnect{.for_ = 1s}));
}

TEST(FaultAction, DamagesABodyOrLeavesItAlone) {
  Benign benign;
  Decisions decisions(benign);
  const Chance chance{decisions, "a/request"};
  std::string body = "0123456789";
  EXPECT_TRUE(damage(TruncateTo{4}, body, chance));
  EXPECT_EQ(body, "0123");
  EXPECT_TRUE(damage(Corrupt{}, body, chance));  // and of no bit, as the choice is
  EXPECT_FALSE(damage(Delay{}, body, chance));
  EXPECT_EQ(body, "0123");
}

}  // namespace
}  // namespace castaway::sim
