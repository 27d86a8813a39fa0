#include "launch.h"

#include <cerrno>
#include <csignal>
#include <system_error>

#include <fcntl.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "calls/calls.h"
#include "tracer.h"

namespace castaway::virtual_time {
namespace {

/// In the process that becomes the program. Returns why it does not.
int become(const std::vector<std::string>& command, const Isolation& isolation, int go) {
  char byte = 0;
  if (read(go, &byte, 1) != 1) return ECANCELED;
  close(go);
  if (isolation.fixed_addresses) personality(ADDR_NO_RANDOMIZE);
  prctl(PR_SET_TSC, PR_TSC_SIGSEGV);
  for (const int signal_number : {SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGPIPE, SIGALRM})
    signal(signal_number, SIG_DFL);
  std::vector<char*> arguments;
  arguments.reserve(command.size() + 1);
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  try {
    install_filter();
  } catch (const std::system_error& error) {
    return error.code().value();
  }
  execvp(arguments[0], arguments.data());
  return errno;
}

}  // namespace

Launch::Launch(const std::vector<std::string>& command, const Isolation& isolation) {
  int go[2], failure[2];
  if (pipe2(go, O_CLOEXEC) != 0 || pipe2(failure, O_CLOEXEC | O_NONBLOCK) != 0)
    throw std::system_error(errno, std::generic_category(), "pipe");
  process_ = fork();
  if (process_ < 0) throw std::system_error(errno, std::generic_category(), "fork");
  if (process_ == 0) {
    close(go[1]);
    const int error = become(command, isolation, go[0]);
    if (write(failure[1], &error, sizeof error) < 0) {
    }
    _exit(error == ENOENT ? 127 : 126);
  }
  close(go[0]);
  close(failure[1]);
  go_ = go[1];
  failure_ = failure[0];
  attach(process_);
}

Launch::~Launch() {
  if (go_ >= 0) close(go_);
  if (failure_ >= 0) close(failure_);
}

void Launch::let_go() {
  if (write(go_, "g", 1) != 1) throw std::system_error(errno, std::generic_category(), "pipe");
}

int Launch::error() const {
  int error = 0;
  return read(failure_, &error, sizeof error) == sizeof error ? error : 0;
}

}  // namespace castaway::virtual_time
