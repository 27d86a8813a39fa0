// Writes of 20 MB, or of 4 MB in another way, which wait for whoever reads them: what a read finds
// is no chance.

#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "observe.h"

using namespace observe;

namespace {

std::size_t size = 20'000'000;
using Ends = std::pair<int, int>;  // to write to, and to read from

Ends tcp() {
  const int listener = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  bind(listener, reinterpret_cast<sockaddr*>(&address), sizeof address);
  listen(listener, 1);
  socklen_t length = sizeof address;
  getsockname(listener, reinterpret_cast<sockaddr*>(&address), &length);
  const int writer = socket(AF_INET, SOCK_STREAM, 0);
  connect(writer, reinterpret_cast<sockaddr*>(&address), sizeof address);
  const int reader = accept(listener, nullptr, nullptr);
  close(listener);
  return {writer, reader};
}

Ends unix_pair() {
  int ends[2];
  socketpair(AF_UNIX, SOCK_STREAM, 0, ends);
  return {ends[0], ends[1]};
}

Ends pipe_ends() {
  int ends[2];
  if (pipe(ends) != 0) return {-1, -1};
  return {ends[1], ends[0]};
}

std::vector<char> pattern(std::size_t size) {
  std::vector<char> bytes(size);
  for (std::size_t i = 0; i < size; ++i) bytes[i] = static_cast<char>(i * 7 + i / 1000);
  return bytes;
}

std::vector<char> sent;

long write_plainly(int to) { return write(to, sent.data(), size); }

long write_buffers(int to) {
  std::vector<iovec> buffers;
  constexpr std::size_t parts = 100;
  for (std::size_t i = 0; i < parts; ++i)
    buffers.push_back({const_cast<char*>(sent.data()) + i * (size / parts), size / parts});
  return writev(to, buffers.data(), static_cast<int>(buffers.size()));
}

long send_message(int to) {
  iovec buffers[2] = {{const_cast<char*>(sent.data()), 11},
                      {const_cast<char*>(sent.data()) + 11, size - 11}};
  msghdr message{};
  message.msg_iov = buffers;
  message.msg_iovlen = 2;
  return sendmsg(to, &message, 0);
}

long send_file(int to) {
  const int file = memfd_create("sent", 0);
  if (write(file, sent.data(), size) != static_cast<long>(size)) return -1;
  off_t from = 0;
  long all = 0;
  while (all < static_cast<long>(size)) {
    const long part = sendfile(to, file, &from, size - static_cast<std::size_t>(all));
    if (part <= 0) return part;
    all += part;
  }
  close(file);
  return all;
}

void transfer(const char* what, Ends ends, long (*write_all)(int)) {
  size = write_all == write_plainly ? 20'000'000 : 4'000'000;
  sent = pattern(size);
  std::thread reader([&] {
    std::vector<char> found, part(1 << 20);
    std::size_t reads = 0, mixed = 0;
    for (;;) {
      const long count = read(ends.second, part.data(), part.size());
      if (count <= 0) break;
      ++reads;
      mixed = mixed * 31 + static_cast<std::size_t>(count);
      found.insert(found.end(), part.begin(), part.begin() + count);
      if (reads % 10 == 0) sleep_for(0.001);
    }
    // How many reads, of which sizes, and so when, is up to the kernel: but the same each time.
    std::fprintf(stderr, "%s: %zu reads, %zx\n", what, reads, mixed);
    dprintf(STDOUT_FILENO, "%s: all bytes are there: %s\n", what, found == sent ? "yes" : "no");
  });
  dprintf(STDOUT_FILENO, "%s: %s\n", what,
          write_all(ends.first) == static_cast<long>(size) ? "all of it" : "a part");
  close(ends.first);
  reader.join();
  close(ends.second);
}

}  // namespace

int main() {
  transfer("TCP", tcp(), write_plainly);
  transfer("TCP, writev", tcp(), write_buffers);
  transfer("TCP, sendmsg", tcp(), send_message);
  transfer("TCP, sendfile", tcp(), send_file);
  transfer("Unix", unix_pair(), write_plainly);
  transfer("Unix, writev", unix_pair(), write_buffers);
  transfer("pipe", pipe_ends(), write_plainly);
  transfer("pipe, writev", pipe_ends(), write_buffers);
  transfer("pipe, sendfile", pipe_ends(), send_file);
}
