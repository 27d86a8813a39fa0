// The recorder that README.md shows is run, and check says of what it recorded what README.md says.

#include <filesystem>
#include <regex>
#include <string>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "testing/child.h"
#include "testing/test_files.h"

namespace castaway::ci {

namespace {

using testing::StartsWith;

std::string readme() { return text_of(std::string(CASTAWAY_SOURCE_DIR) + "/README.md"); }

/// What stands between two texts; empty if the first is not there.
std::string between(const std::string& text, const std::string& begin, const std::string& end) {
  const std::size_t at = text.find(begin);
  if (at == std::string::npos) return "";
  const std::size_t from = at + begin.size();
  return text.substr(from, text.find(end, from) - from);
}

/// Without what differs from run to run: times, and so the widths and line breaks.
std::string without_times(std::string text) {
  text = std::regex_replace(masked(std::move(text)), std::regex("[0-9.]+(ns|us|ms|s)\\b"), "TIME");
  return std::regex_replace(text, std::regex("\\s+"), " ");
}

/// Runs the program in `folder`, and returns the path of the
/// history that it recorded.
std::string recorded(const TemporaryFolder& folder, const std::string& program) {
  folder.write("shop.py", program);
  const Child child = run_child(
      {.program = "/usr/bin/env", .arguments = {"python3", "shop.py"}, .directory = folder.path()});
  EXPECT_EQ(child.exit_code, 0) << child.err;
  return folder.path() + "/shop.jsonl";
}

std::string program() { return between(readme(), "```python\n", "```\n"); }

TEST(ReadmeRecorder, RecordsWhatCheckJudgesAsTheReadmeShows) {
  ASSERT_THAT(program(), StartsWith("# shop.py: "));
  const TemporaryFolder folder;
  recorded(folder, program());
  const Child child = castaway({"check", "shop.jsonl"}, folder.path());
  EXPECT_EQ(child.exit_code, 1) << child.err;
  EXPECT_EQ(without_times(child.out),
            without_times(between(readme(), "castaway check shop.jsonl\n", "```\n")));
}

TEST(ReadmeRecorder, SeesNoFaultWhereThereIsNone) {
  std::string text = program();
  const std::string late = "    servers[0](op, method, **args)  # its reply comes too late\n";
  ASSERT_NE(text.find(late), std::string::npos);
  text.erase(text.find(late), late.size());
  const TemporaryFolder folder;
  const Child child = castaway({"check", recorded(folder, text)});
  EXPECT_EQ(child.exit_code, 0) << child.out << child.err;
}

TEST(ReadmeRecorder, RecordsACallThatTimesOut) {
  std::string text = program();
  const std::string last = "    return servers[1](op, method, **args)\n";
  ASSERT_NE(text.find(last), std::string::npos);
  text.replace(text.find(last), last.size(), "    raise TimeoutError\n");
  const std::string begin = "calling(send, \"shop\")";
  ASSERT_NE(text.find(begin), std::string::npos);
  text.replace(text.find(begin), text.size(),
               "try:\n    calling(send, \"shop\")(\"order-7\", \"charge\", amount=100)\n"
               "except TimeoutError:\n    pass\n");
  const TemporaryFolder folder;
  const std::string history = recorded(folder, text);
  EXPECT_THAT(text_of(history), testing::HasSubstr("\"kind\": \"timeout\", \"actor\": \"shop\""));
  EXPECT_EQ(castaway({"check", history}).exit_code, 0);
}

TEST(HistoriesGuide, MakesOneHistoryOfTheEventsOfSeveralProcesses) {
  const std::string guide = text_of(std::string(CASTAWAY_SOURCE_DIR) + "/docs/guide/histories.md");
  const TemporaryFolder folder;
  folder.write(
      "shop-client.events",
      "{\"at\": 1764446400000000000, \"kind\": \"invoke\", \"actor\": \"c\", \"op\": \"a\"}\n"
      "{\"at\": 1764446400002000000, \"kind\": \"return\", \"actor\": \"c\", \"op\": \"a\"}\n");
  folder.write(
      "shop-server.events",
      "{\"at\": 1764446400001000000, \"kind\": \"execute\", \"actor\": \"s\", \"op\": \"a\"}\n");
  const std::string folder_of_program = std::filesystem::path(CASTAWAY_PROGRAM).parent_path();
  const Child child = run_child({.program = "/bin/sh",
                                 .arguments = {"-c", "PATH=" + folder_of_program + ":$PATH\n" +
                                                         between(guide, "```sh\n", "```\n")},
                                 .directory = folder.path()});
  EXPECT_EQ(child.exit_code, 0) << child.out << child.err;
  EXPECT_THAT(child.out, testing::HasSubstr("\n  3 events, until it was cut off, "));
  EXPECT_THAT(child.out, testing::HasSubstr("\n  no-phantom        holds (1 judged)\n"));
}

}  // namespace

}  // namespace castaway::ci
