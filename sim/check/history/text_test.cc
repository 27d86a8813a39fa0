#include "castaway/check/text.h"

#include <sstream>
#include <string>
#include <vector>

#include <gtest/gtest.h>

namespace castaway::check {
namespace {

TEST(Text, GroupsDigits) {
  EXPECT_EQ(grouped(0), "0");
  EXPECT_EQ(grouped(999), "999");
  EXPECT_EQ(grouped(1000), "1,000");
  EXPECT_EQ(grouped(1234567), "1,234,567");
}

TEST(Text, FindsThePlural) {
  EXPECT_EQ(count(0, "run"), "0 runs");
  EXPECT_EQ(count(1, "run"), "1 run");
  EXPECT_EQ(count(1000, "run"), "1,000 runs");
}

TEST(Text, SaysHowOften) {
  EXPECT_EQ(times(0), "never");
  EXPECT_EQ(times(1), "once");
  EXPECT_EQ(times(2), "twice");
  EXPECT_EQ(times(3), "3 times");
  EXPECT_EQ(times(1000), "1,000 times");
}

TEST(Text, ListsAsPeopleDo) {
  EXPECT_EQ(listed({}), "");
  EXPECT_EQ(listed({"a"}), "a");
  EXPECT_EQ(listed({"a", "b"}), "a and b");
  EXPECT_EQ(listed({"a", "b", "c"}), "a, b and c");
  EXPECT_EQ(listed({"a", "b", "c"}, "or"), "a, b or c");
}

std::vector<std::string> lines_of(const std::string& text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; next_line(in, line);) lines.push_back(line + (in.eof() ? "" : "$"));
  return lines;
}

TEST(Text, IsReadLineByLineAsGetlineDoes) {
  EXPECT_EQ(lines_of(""), (std::vector<std::string>{}));
  EXPECT_EQ(lines_of("a\n\nb"), (std::vector<std::string>{"a$", "$", "b"}));
  EXPECT_EQ(lines_of(std::string("\0\n", 2)), (std::vector<std::string>{std::string("\0$", 2)}));
  for (const std::size_t size : {4094, 4095, 4096, 8190, 8191, 100000}) {
    const std::string line(size, 'x');
    EXPECT_EQ(lines_of(line + "\n" + line), (std::vector<std::string>{line + '$', line})) << size;
  }
}

TEST(Text, HasALimitForEachLine) {
  const std::string longest(std::size_t{16} << 20U, 'x');
  EXPECT_EQ(lines_of(longest + "\n").size(), 1U);
  EXPECT_THROW(lines_of(longest + std::string(8192, 'x')), LineTooLong);
}

}  // namespace
}  // namespace castaway::check
