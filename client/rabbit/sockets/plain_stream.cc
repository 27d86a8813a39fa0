#include <cerrno>
#include <system_error>

#include <sys/socket.h>

#include "stream.h"

namespace castaway::rabbit {
namespace {

Stream::Result of_errno(Stream::State if_it_would_block) {
  if (errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR)
    return {.state = if_it_would_block};
  return {.state = Stream::State::over, .why = std::generic_category().message(errno)};
}

class PlainStream final : public Stream {
 public:
  explicit PlainStream(int socket) : socket_(socket) {}

  Result read(std::span<char> to) override {
    const ssize_t size = recv(socket_, to.data(), to.size(), 0);
    if (size < 0) return of_errno(State::wait_readable);
    if (size == 0) return {.state = State::over, .why = "the connection was closed by the peer"};
    const auto moved = static_cast<std::size_t>(size);
    return {.size = moved, .more = moved == to.size()};
  }

  Result write(std::span<const iovec> pieces) override {
    msghdr message = {};
    message.msg_iov = const_cast<iovec*>(pieces.data());
    message.msg_iovlen = pieces.size();
    const ssize_t size = sendmsg(socket_, &message, MSG_NOSIGNAL);
    if (size < 0) return of_errno(State::wait_writable);
    return {.size = static_cast<std::size_t>(size)};
  }

 private:
  const int socket_;
};

}  // namespace

std::unique_ptr<Stream> plain_stream(int socket) { return std::make_unique<PlainStream>(socket); }

}  // namespace castaway::rabbit
