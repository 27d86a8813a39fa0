// Bytes that no honest peer sends.

#include <gtest/gtest.h>

#include "castaway/amqp/codec.h"
#include "castaway/error.h"

#include "frames_for_test.h"

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
  std::string bytes = {type, 0, 1};
  for (int shift = 24; shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>(payload.size() >> shift & 0xFF));
  return bytes.append(payload) + '\xCE';
}

std::string length(std::size_t size) { return frame(std::string(size, 'x')).substr(3, 4); }

/// queue.declare whose arguments are these bytes.
std::string declare_with(std::string_view table) {
  return std::string("\0\x32\0\x0A\0\0\1q\0", 9) + length(table.size()) + std::string(table);
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
  EXPECT_EQ(read(std::string("\0\x5A\0\x0A", 4)), "method 90.10 is none that we know");
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

TEST(HostileFrames, ValuesThatATableCannotHoldAreLeftOut) {
  const std::string list = std::string("\x06listed", 7) + 'A' + length(2) + "t\1";
  const std::string known = std::string("\x01n", 2) + "b\xFF";
  const Method method = decode_method(declare_with(list + known));
  EXPECT_EQ(std::get<QueueDeclare>(method).declaration.arguments, (Table{{"n", std::int64_t{-1}}}));
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

}  // namespace
}  // namespace castaway::amqp
