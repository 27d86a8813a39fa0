#include "castaway/version.h"

#include <charconv>
#include <cstdint>
#include <stdexcept>
#include <string>
#include <tuple>

namespace castaway {
namespace {

struct Version {
  std::uint32_t major = 0;
  std::uint32_t minor = 0;
  std::uint32_t revision = 0;
};

class VersionReader {
 public:
  explicit VersionReader(std::string_view text) : text_(text), rest_(text) {}

  Version read() {
    Version version;
    version.major = number();
    if (!dot()) fail();
    version.minor = number();
    if (!dot()) return version;
    version.revision = number();
    if (!dot()) return version;
    return version;  // Python looks at three parts, and so at nothing behind a third dot.
  }

 private:
  std::uint32_t number() {
    std::uint32_t value = 0;
    const auto [end, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
    if (error != std::errc()) fail();
    rest_.remove_prefix(static_cast<std::size_t>(end - rest_.data()));
    return value;
  }

  /// Whether another part follows.
  bool dot() {
    if (rest_.empty()) return false;
    if (rest_.front() != '.') fail();
    rest_.remove_prefix(1);
    return true;
  }

  [[noreturn]] void fail() const {
    throw std::invalid_argument("a version is major.minor or major.minor.revision, but not \"" +
                                std::string(text_) + '"');
  }

  std::string_view text_;
  std::string_view rest_;
};

}  // namespace

bool version_is_compatible(std::string_view implemented, std::string_view requested) {
  if (implemented.empty()) return true;
  if (requested.empty()) return false;
  const Version ours = VersionReader(implemented).read();
  const Version theirs = VersionReader(requested).read();
  return ours.major == theirs.major &&
         std::tie(theirs.minor, theirs.revision) <= std::tie(ours.minor, ours.revision);
}

}  // namespace castaway
