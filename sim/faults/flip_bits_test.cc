#include "flip_bits.h"

#include <gmock/gmock.h>

#include "castaway/envelope.h"

namespace castaway::sim {
namespace {

const std::string body =
    R"({"oslo.version":"2.0","oslo.message":"{\"method\":\"add\",\"args\":{\"n\":[1,2]},\"_timeout\":null}"})";

/// The bytes that differ, with a seed.
std::vector<std::size_t> damage(const Corrupt& how, std::uint64_t seed,
                                std::size_t* bits = nullptr) {
  Random random(seed);
  Decisions decisions(random);
  std::string hurt = body;
  flip_bits(hurt, how, decisions, "d");
  EXPECT_EQ(hurt.size(), body.size());
  std::vector<std::size_t> places;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const auto changed = static_cast<unsigned char>(hurt[i] ^ body[i]);
    if (changed == 0) continue;
    places.push_back(i);
    if (bits != nullptr) *bits += static_cast<std::size_t>(__builtin_popcount(changed));
  }
  return places;
}

/// Every byte that is ever hit.
std::string hit(const std::string& field) {
  std::string bytes(body.size(), ' ');
  for (std::uint64_t seed = 0; seed < 2000; ++seed) {
    for (const std::size_t place : damage({.field = field}, seed)) bytes[place] = body[place];
  }
  const std::size_t begin = bytes.find_first_not_of(' ');
  if (begin == std::string::npos) return "";
  return bytes.substr(begin, bytes.find_last_not_of(' ') + 1 - begin);
}

TEST(FlipBits, FlipsAsManyAsItIsTold) {
  for (const std::uint64_t count : {1, 2, 7, 100}) {
    for (std::uint64_t seed = 0; seed < 50; ++seed) {
      std::size_t bits = 0;
      static_cast<void>(damage({.bits = count}, seed, &bits));
      EXPECT_EQ(bits, count);
    }
  }
}

TEST(FlipBits, FlipsEveryBitThereIsAndNoMore) {
  std::size_t bits = 0;
  EXPECT_EQ(damage({.bits = 100'000}, 7, &bits).size(), body.size());
  EXPECT_EQ(bits, 8 * body.size());
}

TEST(FlipBits, HitsTheWholeBodyOrTheValueOfOneField) {
  EXPECT_EQ(hit(""), body);
  EXPECT_EQ(hit("method"), "add");
  EXPECT_EQ(hit("args"), R"({\"n\":[1,2]})");
  EXPECT_EQ(hit("n"), "[1,2]");
  EXPECT_EQ(hit("_timeout"), "null");
  EXPECT_EQ(hit("oslo.version"), "2.0");
}

TEST(FlipBits, LeavesABodyAloneThatHasNoSuchField) {
  EXPECT_EQ(hit("nothing"), "");
  EXPECT_EQ(hit("add"), "");  // a value, and no key
}

TEST(FlipBits, DoesNothingWhereAllIsBenign) {
  Benign benign;
  Decisions decisions(benign);
  std::string same = body;
  flip_bits(same, {.bits = 9}, decisions, "d");
  EXPECT_EQ(same, body);
}

TEST(FlipBits, SurvivesAnyBytes) {
  Random random(7);
  Decisions decisions(random);
  for (std::string odd : {"", "\"args\"", "\"args\":", "\"args\":{{{", "\"args\\", "args"}) {
    flip_bits(odd, {.bits = 3, .field = "args"}, decisions, "d");
    flip_bits(odd, {.bits = 3}, decisions, "d");
  }
}

}  // namespace
}  // namespace castaway::sim
