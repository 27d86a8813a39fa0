#include "vitals.h"

#include <filesystem>
#include <fstream>
#include <stdexcept>

#include <fmt/format.h>
#include <malloc.h>

namespace castaway::soak {
namespace {

/// A line of /proc/self/status: "VmRSS:     1234 kB".
std::uint64_t status(const std::string& key) {
  std::ifstream file("/proc/self/status");
  for (std::string line; std::getline(file, line);) {
    if (line.starts_with(key + ':')) return std::stoull(line.substr(key.size() + 1));
  }
  throw std::runtime_error("/proc/self/status has no " + key);
}

std::uint64_t open_descriptors() {
  std::uint64_t count = 0;
  for ([[maybe_unused]] const auto& each : std::filesystem::directory_iterator("/proc/self/fd"))
    ++count;
  return count - 1;  // without the one that looked
}

}  // namespace

Vitals vitals() {
  malloc_trim(0);
  return {.rss_kib = status("VmRSS"), .fds = open_descriptors(), .threads = status("Threads")};
}

bool rss_means_something() {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)  // g++
  return false;
#elif defined(__has_feature)  // clang
  return !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer);
#else
  return true;
#endif
}

std::vector<std::string> leaks(const Vitals& first, const Vitals& last) {
  std::vector<std::string> found;
  const std::uint64_t may_grow =
      rss_may_grow_kib + (last.remembered_ids - first.remembered_ids) * bytes_of_an_id / 1024;
  if (rss_means_something() && last.rss_kib > first.rss_kib + may_grow)
    found.push_back(fmt::format("memory grew from {} to {} KiB: more than {} KiB is a leak",
                                first.rss_kib, last.rss_kib, may_grow));
  if (last.fds > first.fds)
    found.push_back(fmt::format("file descriptors grew from {} to {}", first.fds, last.fds));
  if (last.threads > first.threads)
    found.push_back(fmt::format("threads grew from {} to {}", first.threads, last.threads));
  return found;
}

std::string to_string(const Vitals& vitals) {
  return fmt::format("{:.1f} MiB, {} descriptors, {} threads",
                     static_cast<double>(vitals.rss_kib) / 1024, vitals.fds, vitals.threads);
}

}  // namespace castaway::soak
