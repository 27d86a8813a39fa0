#include "options.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace castaway::virtual_time {
namespace {

/// Nothing if the words are wrong.
std::optional<Options> options_of(std::vector<std::string> words) {
  words.insert(words.begin(), "castaway-vt");
  words.insert(words.end(), {"--", "true"});
  std::vector<char*> pointers;
  pointers.reserve(words.size());
  for (std::string& word : words) pointers.push_back(word.data());
  Options options;
  testing::internal::CaptureStderr();
  const auto code = read_options(static_cast<int>(pointers.size()), pointers.data(), options);
  const std::string said = testing::internal::GetCapturedStderr();
  if (!code) return options;
  EXPECT_EQ(*code, 64);
  EXPECT_THAT(said, testing::StartsWith("castaway vt: "));
  return std::nullopt;
}

std::optional<Time> limit_of(const std::string& text) {
  const auto options = options_of({"--limit", text});
  return options ? std::optional(options->settings.limit) : std::nullopt;
}

TEST(VirtualTimeOptions, HaveDurations) {
  EXPECT_EQ(limit_of("90s"), Time(90s));
  EXPECT_EQ(limit_of("90"), Time(90s));
  EXPECT_EQ(limit_of("1.5m"), Time(90s));
  EXPECT_EQ(limit_of("10h"), Time(10h));
  EXPECT_EQ(limit_of("2d"), Time(48h));
  EXPECT_EQ(limit_of("250ms"), Time(250ms));
  EXPECT_EQ(limit_of("7us"), Time(7us));
  EXPECT_EQ(limit_of("7ns"), Time(7ns));
  for (const char* const wrong : {"s", "5 s", "5x", "-5s", "1e99s", "nan", "inf"})
    EXPECT_EQ(limit_of(wrong), std::nullopt) << wrong;
}

TEST(VirtualTimeOptions, HaveSchedules) {
  const auto chaos_of = [](const std::string& text) {
    const auto options = options_of({"--schedule", text});
    return options ? options->settings.chaos.value_or(-1) : -2;
  };
  EXPECT_EQ(chaos_of("fifo"), -1);
  EXPECT_EQ(chaos_of("chaos"), 0.25);
  EXPECT_EQ(chaos_of("chaos:0.5"), 0.5);
  EXPECT_EQ(chaos_of("chaos:0"), 0);
  EXPECT_EQ(chaos_of("chaos:1"), 1);
  for (const char* const wrong : {"lifo", "chaos:", "chaos:2", "chaos:-1", "chaos:x", "chaos0.5"})
    EXPECT_EQ(chaos_of(wrong), -2) << wrong;
}

TEST(VirtualTimeOptions, HaveDescriptorsForControl) {
  using Pair = std::pair<int, int>;
  EXPECT_EQ(options_of({"--control", "0,1"})->control, Pair(0, 1));
  EXPECT_EQ(options_of({"--control", "2"})->control, Pair(2, 2));
  for (const char* const wrong : {"x", "0,", "0,x", "-1,2", "0,1,2", "9999"})
    EXPECT_FALSE(options_of({"--control", wrong})) << wrong;
}

TEST(VirtualTimeOptions, RunCommandsBesideTheMainOne) {
  const auto options = options_of({"--with", "server 1", "--with", "server 2"});
  ASSERT_TRUE(options);
  ASSERT_EQ(options->commands.size(), 3U);
  EXPECT_THAT(options->commands[1].words, testing::ElementsAre("/bin/sh", "-c", "exec server 2"));
  EXPECT_FALSE(options->commands[1].main);
  EXPECT_THAT(options->commands[2].words, testing::ElementsAre("true"));
  EXPECT_TRUE(options->commands[2].main);
}

}  // namespace
}  // namespace castaway::virtual_time
