#include "heap.h"

#include <algorithm>
#include <cstdlib>
#include <new>

#include <malloc.h>
#include <sys/resource.h>

namespace castaway::bench {
namespace {

bool watched = false;
std::int64_t held_bytes = 0;
std::int64_t peak_bytes = 0;

/// What malloc really set aside, which may be more than was asked for.
void* took(void* memory) {
  if (memory == nullptr) throw std::bad_alloc();
  if (watched) {
    held_bytes += static_cast<std::int64_t>(malloc_usable_size(memory));
    peak_bytes = std::max(peak_bytes, held_bytes);
  }
  return memory;
}

void give_back(void* memory) {
  if (watched && memory != nullptr)
    held_bytes -= static_cast<std::int64_t>(malloc_usable_size(memory));
  std::free(memory);
}

}  // namespace

HeapWatch::HeapWatch() {
  held_bytes = 0;
  peak_bytes = 0;
  watched = true;
}

HeapWatch::~HeapWatch() { watched = false; }

std::int64_t HeapWatch::held() const { return held_bytes; }

std::int64_t HeapWatch::peak() const { return peak_bytes; }

std::int64_t resident_peak() {
  rusage usage{};
  getrusage(RUSAGE_SELF, &usage);
  return std::int64_t{usage.ru_maxrss} * 1024;
}

}  // namespace castaway::bench

// The standard's other forms of new and delete come down to these.

void* operator new(std::size_t size) { return castaway::bench::took(std::malloc(size)); }

void* operator new(std::size_t size, std::align_val_t alignment) {
  const auto align = static_cast<std::size_t>(alignment);
  // aligned_alloc wants a size that is a multiple of it.
  return castaway::bench::took(std::aligned_alloc(align, (size + align - 1) / align * align));
}

void operator delete(void* memory) noexcept { castaway::bench::give_back(memory); }

void operator delete(void* memory, std::size_t /*size*/) noexcept {
  castaway::bench::give_back(memory);
}

void operator delete(void* memory, std::align_val_t /*alignment*/) noexcept {
  castaway::bench::give_back(memory);
}

void operator delete(void* memory, std::size_t /*size*/, std::align_val_t /*alignment*/) noexcept {
  castaway::bench::give_back(memory);
}
