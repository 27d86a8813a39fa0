// Reads that wait: on pipes, sockets and counters, until there is something, or a timeout.

#include <thread>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include "observe.h"

using namespace observe;

namespace {

int pair[2];

void send_later(double time, const std::string& text) {
  sleep_for(time);
  if (send(pair[1], text.data(), text.size(), 0) < 0) say("send: %s", outcome(-1).c_str());
}

void say_read(const char* what, long result, const char* bytes) {
  const std::string text = result > 0 ? std::string(bytes, static_cast<std::size_t>(result)) : "";
  say("%s: %s \"%s\"", what, outcome(result).c_str(), text.c_str());
}

void pipes() {
  int ends[2];
  if (pipe(ends) != 0) return;
  char bytes[16] = {};
  std::thread writer([&ends] {
    sleep_for(1);
    if (write(ends[1], "one", 3) != 3) return;
    sleep_for(1);
    if (write(ends[1], "two", 3) != 3) return;
    sleep_for(1);
    close(ends[1]);
  });
  say_read("read", read(ends[0], bytes, sizeof bytes), bytes);
  const iovec buffers[] = {{bytes, 2}, {bytes + 2, 14}};
  say_read("readv", readv(ends[0], buffers, 2), bytes);
  say_read("at the end", read(ends[0], bytes, sizeof bytes), bytes);
  writer.join();
  const int counter = eventfd(0, 0);
  std::thread adds([counter] {
    sleep_for(1);
    eventfd_write(counter, 7);
  });
  eventfd_t count = 0;
  eventfd_read(counter, &count);
  say("eventfd: %lu", static_cast<unsigned long>(count));
  adds.join();
}

void sockets(int type) {
  socketpair(AF_UNIX, type, 0, pair);
  char bytes[16] = {};
  std::thread first(send_later, 1, "hello");
  say_read("recv", recv(pair[0], bytes, sizeof bytes, 0), bytes);
  first.join();
  iovec buffer{bytes, sizeof bytes};
  msghdr message{};
  message.msg_iov = &buffer;
  message.msg_iovlen = 1;
  std::thread second(send_later, 1, "again");
  say_read("recvmsg", recvmsg(pair[0], &message, 0), bytes);
  second.join();
  mmsghdr several[2] = {{message, 0}, {message, 0}};
  std::thread third(send_later, 1, "third");
  const int count = recvmmsg(pair[0], several, 2, MSG_WAITFORONE, nullptr);
  say("recvmmsg: %s, %u bytes", outcome(count).c_str(), several[0].msg_len);
  third.join();
  timespec time = seconds(2);
  say("recvmmsg, until a time: %s", outcome(recvmmsg(pair[0], several, 2, 0, &time)).c_str());
  say("MSG_DONTWAIT: %s", outcome(recv(pair[0], bytes, sizeof bytes, MSG_DONTWAIT)).c_str());
  const timeval timeout = timeval_of(2.5);
  setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  say("recv, SO_RCVTIMEO: %s", outcome(recv(pair[0], bytes, sizeof bytes, 0)).c_str());
  say("read, SO_RCVTIMEO: %s", outcome(read(pair[0], bytes, sizeof bytes)).c_str());
  say("recvmsg, SO_RCVTIMEO: %s", outcome(recvmsg(pair[0], &message, 0)).c_str());
  say("readv, SO_RCVTIMEO: %s", outcome(readv(pair[0], &buffer, 1)).c_str());
  close(pair[0]);
  close(pair[1]);
}

void all_of_it() {
  socketpair(AF_UNIX, SOCK_STREAM, 0, pair);
  char bytes[16] = {};
  const auto in_parts = [] {
    for (const char* const part : {"abc", "def", "ghi"}) send_later(1, part);
  };
  std::thread first(in_parts);
  say_read("MSG_WAITALL", recv(pair[0], bytes, 9, MSG_WAITALL), bytes);
  first.join();
  iovec buffers[2] = {{bytes, 4}, {bytes + 4, 5}};
  msghdr message{};
  message.msg_iov = buffers;
  message.msg_iovlen = 2;
  std::thread second(in_parts);
  say_read("recvmsg, MSG_WAITALL", recvmsg(pair[0], &message, MSG_WAITALL), bytes);
  second.join();
  const timeval timeout = timeval_of(5);
  setsockopt(pair[0], SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout);
  std::thread third(send_later, 1, "part");
  say_read("MSG_WAITALL, SO_RCVTIMEO", recv(pair[0], bytes, 9, MSG_WAITALL), bytes);
  third.join();
  on(SIGALRM, say_signal, SA_RESTART);
  alarm(3);
  std::thread fourth(send_later, 1, "part");
  say_read("MSG_WAITALL, interrupted", recv(pair[0], bytes, 9, MSG_WAITALL), bytes);
  fourth.join();
  std::thread fifth([] {
    send_later(1, "end");
    close(pair[1]);
  });
  say_read("MSG_WAITALL, at the end", recv(pair[0], bytes, 9, MSG_WAITALL), bytes);
  fifth.join();
  close(pair[0]);
}

}  // namespace

int main() {
  pipes();
  say("a stream");
  sockets(SOCK_STREAM);
  say("packets");
  sockets(SOCK_DGRAM);
  all_of_it();
}
