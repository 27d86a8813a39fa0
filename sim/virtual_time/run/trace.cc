#include "trace.h"

#include <cerrno>
#include <system_error>

#include <fmt/format.h>

#include "calls/calls.h"

namespace castaway::virtual_time {

Trace::Trace(const std::string& path, bool goes_on)
    : file_(path.empty() ? nullptr : std::fopen(path.c_str(), goes_on ? "ae" : "we"), std::fclose) {
  if (!path.empty() && !file_) throw std::system_error(errno, std::generic_category(), path);
  if (file_ && goes_on) std::fputs("\n", file_.get());
}

void Trace::add(Time now, const Thread& thread) {
  mix(static_cast<std::uint64_t>(now.count()));
  mix(thread.number);
  mix(static_cast<std::uint64_t>(thread.call));
  if (!file_) return;
  fmt::print(file_.get(), "{:.9f} p{}.t{} {}\n", std::chrono::duration<double>(now).count(),
             thread.process->number, thread.number, call_name(thread.call));
}

void Trace::mix(std::uint64_t number) {
  constexpr std::uint64_t prime = 1099511628211U;
  for (unsigned byte = 0; byte < sizeof number; ++byte)
    hash_ = (hash_ ^ (number >> (8 * byte) & 0xff)) * prime;
}

}  // namespace castaway::virtual_time
