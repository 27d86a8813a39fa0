// What docs/reference/history-format.md shows is read and judged here, so it is true.

#include <fstream>
#include <iterator>
#include <sstream>
#include <string>
#include <string_view>

#include <gmock/gmock.h>

#include "castaway/check/laws.h"

namespace castaway::check {
namespace {

using ::testing::HasSubstr;

std::string document() {
  std::ifstream in(CASTAWAY_SOURCE_DIR "/docs/reference/history-format.md");
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// The first block that is fenced as `language`.
std::string block(const std::string& text, std::string_view language) {
  const std::string fence = "\n```" + std::string(language) + "\n";
  const std::size_t start = text.find(fence);
  if (start == std::string::npos) return "";
  const std::size_t begin = start + fence.size();
  return text.substr(begin, text.find("\n```\n", begin) + 1 - begin);
}

TEST(HistoryFormatDocument, ShowsAHistoryAndWhatALawSaysOfIt) {
  std::istringstream in(block(document(), "jsonl"));
  const History history = read_jsonl(in, "docs/reference/history-format.md");
  EXPECT_EQ(history.events().size(), 11U);
  EXPECT_EQ(to_string(at_most_once(history), history), block(document(), "text"));
}

TEST(HistoryFormatDocument, KnowsEveryKindEveryDetailAndEveryLaw) {
  const std::string text = document();
  for (int i = 0; i < event_kinds; ++i) {
    const std::string_view kind = to_string(static_cast<EventKind>(i));
    EXPECT_THAT(text, HasSubstr("\n| `" + std::string(kind) + "` |"));
  }
  for (int i = 1; i < details; ++i) {
    const std::string_view detail = to_string(static_cast<Detail>(i));
    EXPECT_THAT(text, HasSubstr("`" + std::string(detail) + "`"));
  }
  for (const Law& law : laws()) EXPECT_THAT(text, HasSubstr("- **" + std::string(law.name) + "**"));
}

}  // namespace
}  // namespace castaway::check
