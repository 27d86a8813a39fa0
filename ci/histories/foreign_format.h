#pragma once
// ForeignFormat: recognises files that are no histories: traces, test reports, exports, archives.
// So people learn what they gave, and what to do with it.

#include <iosfwd>
#include <optional>
#include <streambuf>
#include <string>
#include <string_view>

namespace castaway::ci {

/// What the beginning of a file looks like, and what to do with such a file: "this looks like a
/// Jaeger trace, and ...". Nothing for a history, and for what is not recognised.
[[nodiscard]] std::optional<std::string> foreign_format(std::string_view beginning);

/// Reads from a stream and remembers how it began, for a stream that cannot be read again.
class RememberedBeginning final : public std::streambuf {
 public:
  explicit RememberedBeginning(std::istream& in) : in_(in) {}
  [[nodiscard]] const std::string& beginning() const { return beginning_; }

 protected:
  int_type underflow() override;

 private:
  std::istream& in_;
  std::string buffer_;
  std::string beginning_;
};

}  // namespace castaway::ci
