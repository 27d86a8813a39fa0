// Signals: between processes and threads, and the calls that wait for them or are ended by them.

#include <atomic>
#include <thread>

#include <pthread.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>

#include "observe.h"

using namespace observe;

namespace {

void say_sender(int signal, siginfo_t* info, void*) {
  say("signal %d, code %d, value %d", signal, info->si_code, info->si_value.sival_int);
}

void on_info(int signal, int flags = 0) {
  struct sigaction action {};
  action.sa_sigaction = say_sender;
  action.sa_flags = SA_SIGINFO | flags;
  sigaction(signal, &action, nullptr);
}

sigset_t set_of(int signal) {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, signal);
  return set;
}

/// A child that sends a signal here after a second.
template <class Send>
void from_a_child(const char* what, Send send, const std::function<long()>& meanwhile) {
  const pid_t self = getpid();
  const pid_t other = child([&] {
    sleep_for(1);
    send(self);
    return 0;
  });
  const std::string result = outcome(meanwhile());
  say("%s: %s", what, result.c_str());
  wait_for(other);
}

void by_processes() {
  on_info(SIGUSR1);
  from_a_child(
      "pause", [](pid_t to) { kill(to, SIGUSR1); }, [] { return pause(); });
  from_a_child(
      "sigqueue", [](pid_t to) { sigqueue(to, SIGUSR1, {.sival_int = 7}); },
      [] { return pause(); });
  const sigset_t usr1 = set_of(SIGUSR1);
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_BLOCK, &usr1, nullptr);
  from_a_child(
      "sigsuspend", [](pid_t to) { kill(to, SIGUSR1); }, [&] { return sigsuspend(&none); });
  kill(getpid(), SIGUSR1);
  say("sigsuspend, pending: %s", outcome(sigsuspend(&none)).c_str());
  from_a_child(
      "sigwaitinfo", [](pid_t to) { sigqueue(to, SIGUSR1, {.sival_int = 8}); },
      [&] {
        siginfo_t info{};
        const int signal = sigwaitinfo(&usr1, &info);
        say("value %d", info.si_value.sival_int);
        return signal;
      });
  const timespec time = seconds(2.5);
  say("sigtimedwait: %s", outcome(sigtimedwait(&usr1, nullptr, &time)).c_str());
  on_info(SIGUSR2);
  from_a_child(
      "sigtimedwait, another", [](pid_t to) { kill(to, SIGUSR2); },
      [&] { return sigtimedwait(&usr1, nullptr, &time); });
  sigprocmask(SIG_UNBLOCK, &usr1, nullptr);
  on_info(SIGRTMIN);
  for (int i = 0; i < 3; ++i) sigqueue(getpid(), SIGRTMIN, {.sival_int = i});
}

void by_threads() {
  std::thread sleeper([] {
    const timespec time = seconds(60);
    say("nanosleep: %s", outcome(nanosleep(&time, nullptr)).c_str());
  });
  sleep_for(1);
  say("pthread_kill: %s", error(pthread_kill(sleeper.native_handle(), SIGUSR1)).c_str());
  sleeper.join();
  // One for the process goes to a thread that does not block it.
  const sigset_t usr1 = set_of(SIGUSR1);
  std::thread blocks([&usr1] {
    pthread_sigmask(SIG_BLOCK, &usr1, nullptr);
    const timespec time = seconds(5);
    say("blocks: %s", outcome(nanosleep(&time, nullptr)).c_str());
  });
  std::thread takes([] {
    const timespec time = seconds(5);
    say("takes: %s", outcome(nanosleep(&time, nullptr)).c_str());
  });
  pthread_sigmask(SIG_BLOCK, &usr1, nullptr);
  sleep_for(1);
  kill(getpid(), SIGUSR1);
  blocks.join();
  takes.join();
  pthread_sigmask(SIG_UNBLOCK, &usr1, nullptr);
}

void restarts(int flags, const char* what) {
  on_info(SIGUSR1, flags);
  const auto usr1 = [](pid_t to) { kill(to, SIGUSR1); };
  int ends[2];
  if (pipe(ends) != 0) return;
  const auto later = [&ends](double time) {
    return child([time, &ends] {
      sleep_for(time);
      return write(ends[1], "x", 1) == 1 ? 0 : 1;
    });
  };
  pid_t writer = later(3);
  char byte = 0;
  from_a_child((std::string("read") + what).c_str(), usr1, [&] { return read(ends[0], &byte, 1); });
  say("writer: %s", wait_for(writer).c_str());
  const pid_t sleeps = child([] {
    sleep_for(3);
    return 5;
  });
  from_a_child((std::string("wait4") + what).c_str(), usr1, [&] {
    const pid_t found = waitpid(sleeps, nullptr, 0);
    return found == sleeps ? 1 : found;
  });
  const int listener = socket(AF_UNIX, SOCK_STREAM, 0);
  const sockaddr_un name{.sun_family = AF_UNIX, .sun_path = "\0signals"};
  bind(listener, reinterpret_cast<const sockaddr*>(&name), sizeof name);
  listen(listener, 1);
  from_a_child((std::string("accept") + what).c_str(),
               [](pid_t to) {
                 kill(to, SIGUSR1);
                 sleep_for(1);
                 on(SIGUSR2, say_signal);
                 kill(to, SIGUSR2);
               },
               [&] { return accept(listener, nullptr, nullptr); });
  close(listener);
}

void children() {
  on(SIGCHLD, say_signal);
  const pid_t other = child([] {
    sleep_for(1);
    return 3;
  });
  const timespec time = seconds(5);
  say("SIGCHLD: %s", outcome(nanosleep(&time, nullptr)).c_str());
  say("child: %s", wait_for(other).c_str());
  on(SIGCHLD, SIG_DFL);
  const pid_t killed = child([] {
    pause();
    return 0;
  });
  sleep_for(1);
  kill(killed, SIGTERM);
  say("killed: %s", wait_for(killed).c_str());
  for (int i = 0; i < 20; ++i) {
    const pid_t many = child([] {
      std::thread([] { sleep_for(60); }).detach();
      sleep_for(60);
      return 0;
    });
    if (i % 2 == 0) sleep_for(1);
    kill(many, SIGKILL);
    say("SIGKILL: %s", wait_for(many).c_str());
  }
}

}  // namespace

int main() {
  by_processes();
  by_threads();
  on(SIGUSR2, say_signal);
  restarts(0, "");
  restarts(SA_RESTART, ", SA_RESTART");
  children();
}
