#include "files.h"

#include <gtest/gtest.h>

#include "castaway/check/text.h"

#include "testing/test_files.h"

namespace castaway::ci {

namespace {

std::string why_not_read(const std::string& path, std::uint64_t bytes) {
  try {
    InputFile file(path, {.bytes = bytes, .why = "it is too long"});
    for (std::string line; check::next_line(file.stream(), line);) {
    }
    return "";
  } catch (const InputError& error) {
    return error.what();
  }
}

TEST(InputFile, IsReadUpToItsLimit) {
  const TemporaryFolder folder;
  const std::string path = folder.write("a", "a line\nand\n");
  EXPECT_EQ(why_not_read(path, 11), "");
  EXPECT_EQ(why_not_read(path, 10), path + ": cannot be read: it is too long");
  EXPECT_EQ(why_not_read("/dev/null", 0), "");
}

TEST(InputFile, ThatCannotBeReadIsNoEmptyOne) {
  EXPECT_EQ(why_not_read("/proc/self/mem", 10),
            "/proc/self/mem: cannot be read: Input/output error");
}

}  // namespace

}  // namespace castaway::ci
