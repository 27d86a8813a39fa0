#pragma once
// Descriptor: a duplicate of a descriptor of a traced process, to look at what it is and whether it
// is ready. It is closed at once when it is no longer needed: as long as it is open, the program's
// own close has no effect.

#include <cstdint>
#include <optional>

#include <sys/stat.h>

#include "world/thread.h"
#include "world/virtual_time.h"

namespace castaway::virtual_time {

class Descriptor {
 public:
  /// Of nothing if the process has no such descriptor.
  Descriptor(const Process& process, int number);
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  Descriptor(Descriptor&& other) noexcept;
  ~Descriptor();

  [[nodiscard]] explicit operator bool() const { return descriptor_ >= 0; }
  /// The supervisor's own number for it.
  [[nodiscard]] int own() const { return descriptor_; }

  [[nodiscard]] const struct stat& status() const { return status_; }
  /// Files, folders, discs: nothing waits for them.
  [[nodiscard]] bool never_waits() const;
  [[nodiscard]] bool is_socket() const { return S_ISSOCK(status_.st_mode); }
  [[nodiscard]] bool is_pipe() const { return S_ISFIFO(status_.st_mode); }
  /// /dev/urandom or /dev/random.
  [[nodiscard]] bool is_random() const;
  [[nodiscard]] bool is_nonblocking() const;
  /// A socket whose bytes have no bounds.
  [[nodiscard]] bool is_stream() const;
  /// AF_INET or AF_INET6.
  [[nodiscard]] bool is_internet() const;
  /// That, and a byte stream.
  [[nodiscard]] bool is_tcp() const;
  /// SO_RCVTIMEO or SO_SNDTIMEO; `never` if it is not set.
  [[nodiscard]] Time timeout(int option) const;
  /// For an eventfd: the kernel's number of it, the same for all duplicates.
  [[nodiscard]] std::optional<std::uint64_t> eventfd() const;

  /// Of a pipe, a socket or a terminal: how many bytes are there to be read.
  [[nodiscard]] std::uint64_t bytes_to_read() const;
  /// Of a socket: how many bytes were sent and are not acknowledged.
  [[nodiscard]] std::uint64_t bytes_sent() const;
  /// Whether poll(2) would say one of these events now, or that something is wrong.
  [[nodiscard]] bool is_ready(short events) const;

 private:
  [[nodiscard]] int option(int name) const;

  int descriptor_ = -1;
  struct stat status_ = {};
};

}  // namespace castaway::virtual_time
