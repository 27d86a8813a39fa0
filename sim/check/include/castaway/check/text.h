#pragma once
// Text: numbers and lists in words, so that laws, lint and reports put them in the same way; and
// lines of a stream.

#include <cstdint>
#include <istream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace castaway::check {

/// "12,345"
[[nodiscard]] std::string grouped(std::uint64_t number);

/// "1 message", "12,345 messages"
[[nodiscard]] std::string count(std::uint64_t number, std::string_view noun);

/// "never", "once", "twice", "3 times"
[[nodiscard]] std::string times(std::uint64_t number);

/// "a", "a and b", "a, b and c", with another word for the "and".
[[nodiscard]] std::string listed(const std::vector<std::string>& words,
                                 std::string_view last = "and");

/// "the line is longer than 16 MiB": it is no line of JSON that anybody wrote on purpose.
class LineTooLong : public std::runtime_error {
 public:
  LineTooLong() : std::runtime_error("the line is longer than 16 MiB") {}
};

/// Takes the next line, without its line feed; false at the end of the stream. eof() then says
/// whether the last line had none.
/// Throws: LineTooLong.
bool next_line(std::istream& in, std::string& line);

}  // namespace castaway::check
