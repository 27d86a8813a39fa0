#include "memory.h"

#include <fstream>
#include <stdexcept>
#include <string>

#include <malloc.h>

namespace castaway::bench {
namespace {

/// The number of kilobytes behind "VmRSS:" and the like.
std::uint64_t bytes_of(const std::string& key) {
  std::ifstream status("/proc/self/status");
  for (std::string word; status >> word;) {
    std::uint64_t kilobytes = 0;
    if (word == key && status >> kilobytes) return kilobytes * 1024;
  }
  throw std::runtime_error("/proc/self/status does not say " + key);
}

}  // namespace

std::uint64_t resident_memory() {
  malloc_trim(0);
  return bytes_of("VmRSS:");
}

std::uint64_t peak_memory() { return bytes_of("VmHWM:"); }

void reset_peak_memory() {
  std::ofstream clear("/proc/self/clear_refs");
  if (!(clear << "5" << std::flush))
    throw std::runtime_error("/proc/self/clear_refs: not writable");
}

}  // namespace castaway::bench
