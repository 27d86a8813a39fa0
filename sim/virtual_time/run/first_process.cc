#include "first_process.h"

#include <array>
#include <cerrno>
#include <csignal>
#include <fstream>
#include <string>
#include <system_error>

#include <sys/socket.h>
#include <unistd.h>

namespace castaway::virtual_time {
namespace {

constexpr char remember = 'r', again = 'a', done = 'd', denied = 'n';
/// The number that was given last, among the processes of who reads and writes it.
constexpr const char* last_number = "/proc/sys/kernel/ns_last_pid";

/// In the first process: does what it is asked for until nobody is there any more.
[[noreturn]] void serve(int socket) {
  signal(SIGCHLD, SIG_IGN);
  for (const int ignored : {SIGINT, SIGTERM, SIGHUP, SIGQUIT}) signal(ignored, SIG_IGN);
  std::string number;
  for (char asked = 0;;) {
    const ssize_t size = read(socket, &asked, 1);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) _exit(0);
    bool made = false;
    if (asked == remember) made = static_cast<bool>(std::ifstream(last_number) >> number);
    if (asked == again)
      made = static_cast<bool>(std::ofstream(last_number) << number << std::flush);
    if (write(socket, made ? &done : &denied, 1) != 1) _exit(0);
  }
}

}  // namespace

FirstProcess::FirstProcess() {
  std::array<int, 2> ends{};
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends.data()) != 0)
    throw std::system_error(errno, std::generic_category(), "socketpair");
  const pid_t process = fork();
  if (process < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process == 0) {
    close(ends[1]);
    serve(ends[0]);
  }
  close(ends[0]);
  socket_ = ends[1];
}

FirstProcess::~FirstProcess() { close(socket_); }

bool FirstProcess::remember_number() { return ask(remember); }
bool FirstProcess::give_numbers_again() { return ask(again); }

bool FirstProcess::ask(char what) const {
  char answer = denied;
  if (write(socket_, &what, 1) != 1) return false;
  while (read(socket_, &answer, 1) < 0 && errno == EINTR) {
  }
  return answer == done;
}

}  // namespace castaway::virtual_time
