#pragma once
// Load: carries millions of messages through a LiveBroker, and watches how much memory this process
// holds. Use it to show that a broker that runs for hours is bounded.
//
// Publishers and a consumer speak to it through LiveTransport, without the library's clients and
// servers, which would take hours for as many calls. The messages are casts as oslo.messaging sends
// them, each with a unique_id of its own, confirmed and acknowledged.

#include <cstdint>
#include <functional>
#include <string>

#include "castaway/runtime.h"

namespace castaway::load {

struct LoadSettings {
  std::uint64_t messages = 10'000'000;
  std::uint64_t limit_mb = 200;  ///< megabytes (10^6 bytes) of memory; it ends when there are more
  std::uint64_t publishers = 2;  ///< connections, with a thread for each
  std::uint64_t window = 1000;   ///< messages of a publisher that may be under way
  std::uint64_t reconnect = 100'000;  ///< messages after which a publisher connects anew
  std::function<void(const std::string& line)> say = [](const std::string&) {};
};

struct LoadResult {
  std::uint64_t published = 0;
  std::uint64_t confirmed = 0;
  std::uint64_t delivered = 0;
  Duration took = {};
  std::uint64_t first_mb = 0;  ///< the most it held after a hundredth of the messages
  std::uint64_t most_mb = 0;   ///< the most it ever held
  bool over_limit = false;     ///< and then it ended
};

/// Waits: until all messages were delivered and confirmed, or there is too much memory in use.
/// Throws: std::runtime_error if a connection closes.
[[nodiscard]] LoadResult run(Runtime& runtime, const LoadSettings& settings);

/// "200000 messages in 3.1 s (64516/s), 45 MB at most"
[[nodiscard]] std::string to_string(const LoadResult& result);

}  // namespace castaway::load
