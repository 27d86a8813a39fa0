#include <string>
#include <tuple>

#include <gtest/gtest.h>

#include "castaway/error.h"

#include "deflate_for_test.h"
#include "envelope_body.h"

namespace castaway {
namespace {

TEST(Inflate, ReadsWhatPythonsZlibOrGzipWrote) {
  EXPECT_EQ(inflate(deflate("hello"), 5), "hello");
  EXPECT_EQ(inflate(deflate(""), 0), "");
  EXPECT_EQ(inflate(deflate("hello") + "behind the end", 5), "hello");
  const std::string gzip(
      "\x1f\x8b\x08\0\0\0\0\0\x02\xff\xcb\x48\xcd\xc9\xc9\x07\0\x86\xa6\x10\x36\x05\0\0\0", 25);
  EXPECT_EQ(inflate(gzip, 5), "hello");
}

TEST(Inflate, HoldsItsLimitToTheByte) {
  const std::string text(100'000, 'x');
  EXPECT_EQ(inflate(deflate(text), 100'000), text);
  EXPECT_THROW(std::ignore = inflate(deflate(text), 99'999), DecodeError);
}

TEST(Inflate, RefusesOtherBytes) {
  EXPECT_THROW(std::ignore = inflate("", 10), DecodeError);
  EXPECT_THROW(std::ignore = inflate("{}", 10), DecodeError);
  EXPECT_THROW(std::ignore = inflate(std::string(100, '\0'), 10), DecodeError);
  std::string bytes = deflate("hello");
  bytes.back() = static_cast<char>(bytes.back() ^ 1);  // the checksum
  EXPECT_THROW(std::ignore = inflate(bytes, 10), DecodeError);
}

}  // namespace
}  // namespace castaway
