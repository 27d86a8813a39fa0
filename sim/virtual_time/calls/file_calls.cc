// Opening files: which ones a run depends on, and the one that tells how long the machine is up.

#include <cerrno>
#include <climits>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "call.h"
#include "descriptor.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

/// From the root, if the program's own folder is known.
std::string absolute(const Call& call, int folder, const std::string& path) {
  if (path.starts_with('/')) return path;
  const std::string link = folder == AT_FDCWD
                               ? fmt::format("/proc/{}/cwd", call.thread().id)
                               : fmt::format("/proc/{}/fd/{}", call.process().id, folder);
  char base[PATH_MAX];
  const ssize_t size = readlink(link.c_str(), base, sizeof base);
  return size <= 0 ? path : std::string(base, static_cast<std::size_t>(size)) + '/' + path;
}

/// A file in memory takes its place.
void open_in_memory(const Call& call, const std::string& text) {
  const Address name = call.scratch();
  if (!call.memory().write(name, "castaway", sizeof "castaway")) return;
  call.become(SYS_memfd_create);
  call.replace(0, name);
  call.replace(1, 0);
  call.then([call, text](long result) {
    if (result < 0) return;
    const Descriptor descriptor(call.process(), static_cast<int>(result));
    if (!descriptor || pwrite(descriptor.own(), text.data(), text.size(), 0) < 0) call.answer(-EIO);
  });
}

std::string uptime(const World& world) {
  const double up = std::chrono::duration<double>(*world.clock.reading(CLOCK_BOOTTIME)).count();
  return fmt::format("{:.2f} {:.2f}\n", up, up);
}

void open_file(const Call& call, int folder, Address path_at, std::uint64_t flags) {
  const std::string path = call.memory().text(path_at);
  if (path == "/proc/uptime") return open_in_memory(call, uptime(call.world()));
  if (path == "/castaway/warm" && call.world().warms_up) {
    call.process().is_warm = true;
    return open_in_memory(call, "");
  }
  if (path.starts_with("/proc/") || path.starts_with("/sys/") || path.starts_with("/dev/")) return;
  call.then([call, folder, path, flags](long result) {
    if (result < 0) return;
    const Descriptor descriptor(call.process(), static_cast<int>(result));
    if (!descriptor || !S_ISREG(descriptor.status().st_mode)) return;
    call.world().files.add(absolute(call, folder, path), descriptor.status(),
                           (flags & O_ACCMODE) != O_RDONLY);
  });
}

void openat(const Call& call) {
  open_file(call, call.descriptor(0), call.argument(1), call.argument(2));
}

void open(const Call& call) { open_file(call, AT_FDCWD, call.argument(0), call.argument(1)); }

void creat(const Call& call) { open_file(call, AT_FDCWD, call.argument(0), O_WRONLY); }

void openat2(const Call& call) {
  const auto flags = call.memory().get<std::uint64_t>(call.argument(2));
  if (flags) open_file(call, call.descriptor(0), call.argument(1), *flags);
}

constexpr Traced calls[] = {
    {SYS_openat, "openat", openat},
    {SYS_open, "open", open},
    {SYS_creat, "creat", creat},
    {SYS_openat2, "openat2", openat2},
};

}  // namespace

std::span<const Traced> file_calls() { return calls; }

}  // namespace castaway::virtual_time
