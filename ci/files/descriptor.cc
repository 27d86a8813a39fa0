#include "descriptor.h"

#include <cerrno>
#include <system_error>

#include <unistd.h>

namespace castaway::ci {

Descriptor::~Descriptor() { static_cast<void>(close()); }

bool Descriptor::close() {
  const int number = std::exchange(number_, -1);
  return number <= STDERR_FILENO || ::close(number) == 0;
}

bool write_all(int descriptor, std::string_view text) {
  while (!text.empty()) {
    const ssize_t written = write(descriptor, text.data(), text.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return false;
    text.remove_prefix(static_cast<std::size_t>(written));
  }
  return true;
}

std::string reason() { return std::generic_category().message(errno); }

ReadBuffer::int_type ReadBuffer::underflow() {
  ssize_t got = -1;
  do {
    got = read(descriptor_, bytes_.data(), bytes_.size());
  } while (got < 0 && errno == EINTR);
  if (got < 0) failed_(reason());
  if (got <= 0) return traits_type::eof();
  if (static_cast<std::uint64_t>(got) > left_) failed_(why_);
  left_ -= static_cast<std::uint64_t>(got);
  setg(bytes_.data(), bytes_.data(), bytes_.data() + got);
  return traits_type::to_int_type(*gptr());
}

WriteBuffer::int_type WriteBuffer::overflow(int_type c) {
  if (sync() != 0) return traits_type::eof();
  if (!traits_type::eq_int_type(c, traits_type::eof())) sputc(traits_type::to_char_type(c));
  return traits_type::not_eof(c);
}

int WriteBuffer::sync() {
  const std::string_view text(pbase(), static_cast<std::size_t>(pptr() - pbase()));
  // Even if it fails: a second attempt would write its beginning twice.
  setp(bytes_.data(), bytes_.data() + bytes_.size());
  if (write_all(descriptor_, text)) return 0;
  failed_(reason());
  return -1;
}

}  // namespace castaway::ci
