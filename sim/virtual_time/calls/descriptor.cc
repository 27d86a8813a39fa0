#include "descriptor.h"

#include <fstream>
#include <string>
#include <utility>

#include <fcntl.h>
#include <linux/sockios.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

namespace castaway::virtual_time {

Descriptor::Descriptor(const Process& process, int number) {
  if (number < 0 || process.pidfd < 0) return;
  descriptor_ = static_cast<int>(syscall(SYS_pidfd_getfd, process.pidfd, number, 0));
  if (descriptor_ >= 0) fstat(descriptor_, &status_);
}

Descriptor::Descriptor(Descriptor&& other) noexcept
    : descriptor_(std::exchange(other.descriptor_, -1)), status_(other.status_) {}

Descriptor::~Descriptor() {
  if (descriptor_ >= 0) close(descriptor_);
}

bool Descriptor::never_waits() const {
  return S_ISREG(status_.st_mode) || S_ISDIR(status_.st_mode) || S_ISBLK(status_.st_mode);
}

bool Descriptor::is_random() const {
  constexpr unsigned memory_devices = 1, random = 8, urandom = 9;
  return S_ISCHR(status_.st_mode) && major(status_.st_rdev) == memory_devices &&
         (minor(status_.st_rdev) == random || minor(status_.st_rdev) == urandom);
}

bool Descriptor::is_nonblocking() const { return (fcntl(descriptor_, F_GETFL) & O_NONBLOCK) != 0; }

int Descriptor::option(int name) const {
  int value = -1;
  socklen_t size = sizeof value;
  return getsockopt(descriptor_, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
}

bool Descriptor::is_stream() const { return is_socket() && option(SO_TYPE) == SOCK_STREAM; }

bool Descriptor::is_internet() const {
  if (!is_socket()) return false;
  const int domain = option(SO_DOMAIN);
  return domain == AF_INET || domain == AF_INET6;
}

bool Descriptor::is_tcp() const { return is_internet() && is_stream(); }

Time Descriptor::timeout(int option) const {
  timeval value{};
  socklen_t size = sizeof value;
  if (!is_socket() || getsockopt(descriptor_, SOL_SOCKET, option, &value, &size) != 0) return never;
  const Time timeout = time_of(value);
  return timeout == Time::zero() ? never : timeout;
}

std::optional<std::uint64_t> Descriptor::eventfd() const {
  std::ifstream info("/proc/self/fdinfo/" + std::to_string(descriptor_));
  for (std::string line; std::getline(info, line);) {
    constexpr std::string_view key = "eventfd-id:";
    if (line.starts_with(key)) return std::stoull(line.substr(key.size()));
  }
  return std::nullopt;
}

std::uint64_t Descriptor::bytes_to_read() const {
  int count = 0;
  const bool can_tell = is_pipe() || is_socket() || isatty(descriptor_) != 0;
  if (!can_tell || ioctl(descriptor_, FIONREAD, &count) != 0 || count < 0) return 0;
  return static_cast<std::uint64_t>(count);
}

std::uint64_t Descriptor::bytes_sent() const {
  int count = 0;
  if (!is_socket() || ioctl(descriptor_, SIOCOUTQ, &count) != 0 || count < 0) return 0;
  return static_cast<std::uint64_t>(count);
}

bool Descriptor::is_ready(short events) const {
  pollfd one{.fd = descriptor_, .events = events, .revents = 0};
  return poll(&one, 1, 0) > 0;
}

}  // namespace castaway::virtual_time
