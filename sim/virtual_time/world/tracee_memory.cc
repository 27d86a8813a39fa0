#include "tracee_memory.h"

#include <algorithm>
#include <climits>

#include <sys/uio.h>

namespace castaway::virtual_time {

bool Memory::read(Address from, void* to, std::size_t size) const {
  const iovec local{.iov_base = to, .iov_len = size};
  const iovec remote{.iov_base = pointer_to(from), .iov_len = size};
  return process_vm_readv(thread_, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
}

bool Memory::write(Address to, const void* from, std::size_t size) const {
  const iovec local{.iov_base = const_cast<void*>(from), .iov_len = size};
  const iovec remote{.iov_base = pointer_to(to), .iov_len = size};
  return process_vm_writev(thread_, &local, 1, &remote, 1, 0) == static_cast<ssize_t>(size);
}

std::string Memory::text(Address from) const {
  constexpr Address page = 4096;
  std::string text;
  while (from != 0 && text.size() < PATH_MAX) {
    // The page after the text's end may not be there.
    std::string part(page - from % page, '\0');
    if (!read(from, part.data(), part.size())) break;
    const std::size_t end = part.find('\0');
    text.append(part, 0, end);
    if (end != std::string::npos) break;
    from += part.size();
  }
  return text;
}

}  // namespace castaway::virtual_time
