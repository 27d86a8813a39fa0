#include "text.h"

#include <gtest/gtest.h>

#include "console.h"

namespace castaway::ci {

namespace {

TEST(Text, WrapsAtTheWidthOfAPageAndKeepsTheIndent) {
  const std::string word(30, 'a');
  EXPECT_EQ(wrap("- ", word + ' ' + word + ' ' + word + ' ' + word),
            "- " + word + ' ' + word + ' ' + word + "\n  " + word + '\n');
}

TEST(Text, KeepsLineBreaksAndWordsThatAreTooLong) {
  const std::string word(120, 'a');
  EXPECT_EQ(wrap("  ", "one\n" + word), "  one\n  " + word + '\n');
}

TEST(Text, EndsNoLineInSpaces) { EXPECT_EQ(wrap("name   ", ""), "name\n"); }

TEST(Text, CountsCharactersAndNoStyles) {
  EXPECT_EQ(width(styled(Style::red, "größer")), 6U);
  EXPECT_EQ(pad("größer", 8), "größer  ");
  EXPECT_EQ(pad_left(styled(Style::dim, "7"), 3), "  " + styled(Style::dim, "7"));
}

TEST(Text, CutsBetweenCharacters) {
  EXPECT_EQ(cut("größer", 6), "größer");
  EXPECT_EQ(cut("größer", 5), "grö..");
}

TEST(Text, QuotesForAShellOnlyWhereItMust) {
  EXPECT_EQ(shell_word("a/b_c.json"), "a/b_c.json");
  EXPECT_EQ(shell_word("my file"), "'my file'");
  EXPECT_EQ(shell_word("it's"), "'it'\\''s'");
  EXPECT_EQ(shell_word(""), "''");
}

TEST(Console, TurnsStylesIntoColoursOrNothing) {
  EXPECT_EQ(rendered(styled(Style::red, "FAIL"), true), "\033[1;31mFAIL\033[0m");
  EXPECT_EQ(rendered(styled(Style::red, "FAIL"), false), "FAIL");
}

TEST(Console, LetsNothingThroughThatSteersATerminal) {
  EXPECT_EQ(rendered("a\033[2Jb\rc\td\x7f\n", true), "a?[2Jb?c?d?\n");
  EXPECT_EQ(rendered("a\xc2\x9b"
                     "2Jb\xc3\xa9",
                     true),
            "a?2Jb\xc3\xa9");
}

}  // namespace

}  // namespace castaway::ci
