#include "castaway/utf8.h"

#include <gtest/gtest.h>

namespace castaway {
namespace {

TEST(UTF8, TakesEveryLengthOfCharacter) {
  EXPECT_TRUE(is_utf8(""));
  EXPECT_TRUE(is_utf8("plain"));
  EXPECT_TRUE(is_utf8("\xc2\x80 \xdf\xbf"));
  EXPECT_TRUE(is_utf8("\xe0\xa0\x80 \xed\x9f\xbf \xee\x80\x80 \xef\xbf\xbf"));
  EXPECT_TRUE(is_utf8("\xf0\x90\x80\x80 \xf4\x8f\xbf\xbf"));
}

TEST(UTF8, RefusesWhatIsCutOverlongASurrogateOrTooHigh) {
  for (const char* text : {"\x80", "\xc3", "\xe2\x82", "\xf0\x9f\x98", "\xc0\xaf", "\xc1\xbf",
                           "\xe0\x9f\xbf", "\xf0\x8f\xbf\xbf", "\xed\xa0\x80", "\xed\xbf\xbf",
                           "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xff", "\xc3(", "\xe2(\xa1"}) {
    EXPECT_FALSE(is_utf8(text)) << testing::PrintToString(std::string(text));
  }
}

TEST(UTF8, PutsAReplacementForEachByteThatIsNone) {
  EXPECT_EQ(to_utf8("a\xff\xfe"
                    "b"),
            "a\xef\xbf\xbd\xef\xbf\xbd"
            "b");
  EXPECT_EQ(to_utf8("\xe2\x82"), "\xef\xbf\xbd\xef\xbf\xbd");
  EXPECT_EQ(to_utf8("\xe2\x82\xac"), "\xe2\x82\xac");
}

TEST(UTF8, CountsCharactersAndNotBytes) {
  EXPECT_EQ(characters(""), 0U);
  EXPECT_EQ(characters("a\xc3\xb6\xe2\x82\xac\xf0\x9f\x98\x80"), 4U);
}

}  // namespace
}  // namespace castaway
