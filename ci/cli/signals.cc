#include "signals.h"

#include <csignal>

#include <fcntl.h>
#include <unistd.h>

namespace castaway::ci {

namespace {

std::atomic<bool> was_interrupted = false;
static_assert(std::atomic<bool>::is_always_lock_free);

extern "C" void remember_interrupt(int /*signal*/) { was_interrupted = true; }
extern "C" void do_nothing(int /*signal*/) {}

bool is_ignored(int signal) {
  struct sigaction action = {};
  return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

void handle(int signal, void (*handler)(int)) {
  struct sigaction action = {};
  action.sa_handler = handler;
  // With SA_RESETHAND the second signal does what it always did.
  action.sa_flags =
      static_cast<int>(handler == do_nothing ? SA_RESTART : SA_RESETHAND | SA_RESTART);
  sigemptyset(&action.sa_mask);
  sigaction(signal, &action, nullptr);
}

}  // namespace

void prepare_process() {
  for (const int descriptor : {STDIN_FILENO, STDOUT_FILENO, STDERR_FILENO}) {
    // The lowest free number is taken, which is this one. Read-only: writing to it must fail.
    if (fcntl(descriptor, F_GETFD) == -1) static_cast<void>(open("/dev/null", O_RDONLY));
  }
  // Not SIG_IGN: programs that we start would ignore it, too.
  handle(SIGPIPE, do_nothing);
}

void watch_for_interrupts() {
  handle(SIGINT, remember_interrupt);
  handle(SIGTERM, remember_interrupt);
  if (!is_ignored(SIGHUP)) handle(SIGHUP, remember_interrupt);
}

void interrupt() { was_interrupted = true; }

const std::atomic<bool>& interrupted() { return was_interrupted; }

}  // namespace castaway::ci
