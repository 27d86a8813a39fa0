#pragma once
// Buffers: what is left of a list of buffers when a call that is made in parts goes on.

#include <algorithm>
#include <climits>
#include <cstdint>
#include <vector>

#include <sys/uio.h>

#include "call.h"

namespace castaway::virtual_time {

/// Empty if they cannot be placed where the call can use them.
struct Buffers {
  Address address = 0;
  std::uint64_t count = 0;
  std::uint64_t size = 0;  ///< of all of them, from the start
};

/// Leaves out the first `so_far` bytes, and what is more than `at_most` after those. The list that
/// is left is placed at `room`.
inline Buffers buffers_left(const Call& call, Address address, std::uint64_t count,
                            std::uint64_t so_far, Address room,
                            std::uint64_t at_most = ~std::uint64_t{0}) {
  constexpr std::uint64_t most = 64;
  const auto all = call.memory().array<iovec>(address, std::min<std::uint64_t>(count, IOV_MAX));
  Buffers left;
  std::vector<iovec> rest;
  std::uint64_t skipped = so_far;
  for (iovec one : all) {
    left.size += one.iov_len;
    const std::uint64_t skip = std::min<std::uint64_t>(skipped, one.iov_len);
    skipped -= skip;
    one.iov_base = static_cast<char*>(one.iov_base) + skip;
    one.iov_len -= skip;
    one.iov_len = std::min<std::uint64_t>(one.iov_len, at_most);
    if (one.iov_len == 0 || rest.size() == most) continue;
    at_most -= one.iov_len;
    rest.push_back(one);
  }
  left.count = rest.size();
  left.address = room;
  if (!rest.empty() && !call.memory().write(room, rest.data(), rest.size() * sizeof(iovec)))
    left.count = 0;
  return left;
}

}  // namespace castaway::virtual_time
