// Bytes that no honest peer sends.

#include <gtest/gtest.h>

#include "castaway/amqp/codec.h"
#include "castaway/error.h"

#include "frames_for_test.h"
#include "values_for_test.h"

namespace castaway::amqp {
namespace {

std::string complaint(const std::function<void()>& act) {
  try {
    act();
  } catch (const DecodeError& error) {
    return error.what();
  }
  return "none";
}

void read_method(std::string_view payload) { static_cast<void>(decode_method(payload)); }

std::string frame(std::string_view payload, char type = 1) {
  return std::string{type, 0, 1} + length(payload.size()) + std::string(payload) + '\xCE';
}

TEST(HostileFrames, AreRefusedWithWhatIsWrong) {
  const auto read = [](std::string bytes) { return complaint([&] { frames_of(bytes, 1, 4096); }); };
  EXPECT_EQ(read("\x05"), "no AMQP frame begins with byte 5");
  EXPECT_EQ(read("HTTP/1.1 400"), "no AMQP frame begins with byte 72");
  EXPECT_EQ(read("ABBA____"), "no AMQP frame begins with byte 65");
  EXPECT_EQ(read(std::string("AMQP\0\0\x09\x01", 8)),
            "the peer speaks another protocol: AMQP 0-0-9-1");
  EXPECT_EQ(read(std::string("\x01\0\1\xFF\xFF\xFF\xFF", 7)),
            "a frame of 4294967303 bytes, and at most 4096 were agreed on");
  EXPECT_EQ(read(frame("abc").substr(0, 10) + "X"), "a frame does not end where it should");
}

TEST(HostileFrames, AtTheLimitAreTaken) {
  EXPECT_EQ(frames_of(frame(std::string(4088, 'x')), 100, 4096).size(), 1U);
  EXPECT_THROW(frames_of(frame(std::string(4089, 'x')), 100, 4096), DecodeError);
}

TEST(HostileFrames, MethodsThatAreNoneAreNamed) {
  const auto read = [](std::string bytes) { return complaint([&] { read_method(bytes); }); };
  EXPECT_EQ(read("abc"), "a method frame of 3 bytes");
  EXPECT_EQ(read(std::string("\0\x5F\0\x0A", 4)), "method 95.10 is none that we know");
  EXPECT_EQ(read(std::string("\0\x3C\0\x3C\x10", 5)), "method 60.60 cannot be read");
}

TEST(HostileFrames, ATableNestedDeeplyIsRefusedBeforeItIsRead) {
  const auto nested = [](int depth, char kind) {
    std::string table;
    for (int i = 0; i < depth; ++i) {
      table = std::string(1, kind) + length(table.size()) + table;
      if (kind == 'F' || i == depth - 1) table = std::string(1, '\0') + table;
    }
    return declare_with(table);
  };
  EXPECT_EQ(complaint([&] { read_method(nested(7, 'F')); }), "none");
  EXPECT_EQ(complaint([&] { read_method(nested(8, 'F')); }), "a table is nested too deep");
  EXPECT_EQ(complaint([&] { read_method(nested(5'000, 'F')); }), "a table is nested too deep");
  EXPECT_EQ(complaint([&] { read_method(nested(7, 'A')); }), "none");
  EXPECT_EQ(complaint([&] { read_method(nested(5'000, 'A')); }), "a list is nested too deep");
}

TEST(HostileFrames, TablesThatLieAboutTheirLengthAreRefused) {
  EXPECT_EQ(complaint([] { read_method(declare_with("\x05k")); }),
            "a method or its table ends too early");
  EXPECT_EQ(complaint([] { read_method(declare_with("\x01k?")); }),
            "a table holds a value of unknown type 63");
  EXPECT_THROW(read_method(declare_with("\x01kS\xFF\xFF\xFF\xFF")), DecodeError);
}

TEST(HostileFrames, ContentHeadersAreReadWithinTheirFrame) {
  const auto read = [](std::string_view rest) {
    const std::string bytes = std::string("\0\x3C\0\0\0\0\0\0\0\0\0\5", 12) + std::string(rest);
    return complaint([&] { static_cast<void>(decode_content_header(bytes)); });
  };
  EXPECT_EQ(read(std::string("\0\0", 2)), "none");
  EXPECT_EQ(read(""), "a method or its table ends too early");
  EXPECT_EQ(read(std::string("\0\1\0\1\0\1", 6)),
            "a content has more properties than class basic knows");
  EXPECT_EQ(read(std::string("\x80\0\x10", 3)), "a method or its table ends too early");
  EXPECT_EQ(read(std::string("\x10\0", 2)), "the properties of a content cannot be read");
  EXPECT_EQ(complaint([] { static_cast<void>(decode_content_header("\0")); }),
            "a content header ends too early");
}

/// True if `act` reads these bytes, false if it refuses them. They lie in memory of their own, of
/// which the sanitizers know the end.
template <class Act>
bool reads(const std::string& bytes, Act act) {
  const std::vector<char> exact(bytes.begin(), bytes.end());
  try {
    act(std::string_view(exact.data(), exact.size()));
    return true;
  } catch (const DecodeError&) {
    return false;
  }
}

void read_and_write_method(std::string_view payload) {
  std::string again;
  append_method(again, 1, decode_method(payload));
}

void read_and_write_header(std::string_view payload) {
  std::string again;
  append_content(again, 1, {.properties = decode_content_header(payload).properties}, 4096);
}

std::string whole_method() {
  std::string bytes;
  append_method(bytes, 1, QueueDeclare{.queue = "q", .arguments = every_value()});
  return frames_of(bytes).at(0).payload;
}

std::string whole_header() {
  std::string bytes;
  append_content(bytes, 1, {.properties = every_property()}, 4096);
  return frames_of(bytes).at(0).payload;
}

TEST(HostileFrames, CutShortAnywhereAreRefused) {
  const std::string method = whole_method();
  const std::string header = whole_header();
  ASSERT_TRUE(reads(method, read_and_write_method) && reads(header, read_and_write_header));
  for (std::size_t size = 0; size < method.size(); ++size)
    EXPECT_FALSE(reads(method.substr(0, size), read_and_write_method)) << size;
  for (std::size_t size = 0; size < header.size(); ++size)
    EXPECT_FALSE(reads(header.substr(0, size), read_and_write_header)) << size;
}

TEST(HostileFrames, WithAWrongByteAnywhereAreReadOrRefused) {
  int read = 0;
  const auto damage = [&](const std::string& whole, auto act) {
    for (std::size_t at = 0; at < whole.size(); ++at) {
      for (const char byte : std::string("\0\x01\x7F\xFF"
                                         "AFSVx",
                                         9)) {
        std::string damaged = whole;
        damaged[at] = byte;
        read += reads(damaged, act) ? 1 : 0;
      }
    }
  };
  damage(whole_method(), read_and_write_method);
  damage(whole_header(), read_and_write_header);
  EXPECT_GT(read, 1000);
}

}  // namespace
}  // namespace castaway::amqp
