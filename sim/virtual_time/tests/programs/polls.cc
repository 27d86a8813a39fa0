// poll, select and epoll: until a time, until something is ready, and with masks of signals.

#include <thread>

#include <poll.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/select.h>
#include <sys/syscall.h>

#include "observe.h"

using namespace observe;

namespace {

int ends[2];
int epoll = -1;

enum class How { poll, ppoll, select, pselect, epoll_wait, epoll_pwait, epoll_pwait2 };
constexpr std::pair<How, const char*> all[] = {{How::poll, "poll"},
                                               {How::ppoll, "ppoll"},
                                               {How::select, "select"},
                                               {How::pselect, "pselect"},
                                               {How::epoll_wait, "epoll_wait"},
                                               {How::epoll_pwait, "epoll_pwait"},
                                               {How::epoll_pwait2, "epoll_pwait2"}};

/// Waits for the pipe, so many seconds; with this mask if the call takes one.
int wait(How how, double time, const sigset_t* mask = nullptr) {
  pollfd one{.fd = ends[0], .events = POLLIN, .revents = 0};
  const timespec spec = seconds(time);
  const int milliseconds = time < 0 ? -1 : static_cast<int>(time * 1000);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  timeval value = timeval_of(time < 0 ? 0 : time);
  epoll_event event{};
  switch (how) {
    case How::poll:
      return poll(&one, 1, milliseconds);
    case How::ppoll:
      return ppoll(&one, 1, time < 0 ? nullptr : &spec, mask);
    case How::select:
      return select(ends[0] + 1, &set, nullptr, nullptr, time < 0 ? nullptr : &value);
    case How::pselect:
      return pselect(ends[0] + 1, &set, nullptr, nullptr, time < 0 ? nullptr : &spec, mask);
    case How::epoll_wait:
      return epoll_wait(epoll, &event, 1, milliseconds);
    case How::epoll_pwait:
      return epoll_pwait(epoll, &event, 1, milliseconds, mask);
    case How::epoll_pwait2:
      return epoll_pwait2(epoll, &event, 1, time < 0 ? nullptr : &spec, mask);
  }
  return -1;
}

bool has_mask(How how) { return how != How::poll && how != How::select && how != How::epoll_wait; }

void write_later(double time) {
  sleep_for(time);
  if (write(ends[1], "x", 1) != 1) say("write: %s", outcome(-1).c_str());
}

void take() {
  char byte = 0;
  if (read(ends[0], &byte, 1) != 1) say("read: %s", outcome(-1).c_str());
}

void try_all(How how, const char* name) {
  say("%s, no time: %s", name, outcome(wait(how, 0)).c_str());
  say("%s, until a time: %s", name, outcome(wait(how, 2.5)).c_str());
  std::thread writer(write_later, 1);
  say("%s, until it is ready: %s", name, outcome(wait(how, 60)).c_str());
  writer.join();
  say("%s, ready: %s", name, outcome(wait(how, -1)).c_str());
  take();
  std::thread second(write_later, 1);
  say("%s, for ever: %s", name, outcome(wait(how, -1)).c_str());
  second.join();
  take();
  on(SIGALRM, say_signal, SA_RESTART);
  alarm(1);
  say("%s, interrupted: %s", name, outcome(wait(how, 60)).c_str());
  if (!has_mask(how)) return;
  sigset_t none, alarms;
  sigemptyset(&none);
  sigemptyset(&alarms);
  sigaddset(&alarms, SIGALRM);
  alarm(1);
  say("%s, masked: %s", name, outcome(wait(how, 3, &alarms)).c_str());
  sigprocmask(SIG_BLOCK, &alarms, nullptr);
  alarm(1);
  say("%s, unmasked: %s", name, outcome(wait(how, 60, &none)).c_str());
  alarm(1);
  sleep_for(2);
  say("%s, pending: %s", name, outcome(wait(how, 60, &none)).c_str());
  sigprocmask(SIG_UNBLOCK, &alarms, nullptr);
}

void special() {
  say("poll of nothing: %s", outcome(poll(nullptr, 0, 1500)).c_str());
  say("select of nothing: %s",
      [] {
        timeval value = timeval_of(1.5);
        return outcome(select(0, nullptr, nullptr, nullptr, &value));
      }()
          .c_str());
  pollfd wrong{.fd = 77, .events = POLLIN, .revents = 0};
  say("poll of no descriptor: %s", outcome(poll(&wrong, 1, 1000)).c_str());
  say("that is POLLNVAL: %s", wrong.revents == POLLNVAL ? "yes" : "no");
  const timespec bad{0, 1'000'000'000};
  say("ppoll, no time: %s", outcome(ppoll(&wrong, 1, &bad, nullptr)).c_str());
  timeval left = timeval_of(10);
  fd_set set;
  FD_ZERO(&set);
  FD_SET(ends[0], &set);
  std::thread writer(write_later, 4);
  const int ready = select(ends[0] + 1, &set, nullptr, nullptr, &left);
  say("select: %s, %ld.%06ld s left", outcome(ready).c_str(), static_cast<long>(left.tv_sec),
      static_cast<long>(left.tv_usec));
  writer.join();
  take();
  const int event = eventfd(0, 0);
  epoll_event what{};
  what.events = EPOLLIN | EPOLLET;
  epoll_ctl(epoll, EPOLL_CTL_ADD, event, &what);
  std::thread adds([event] {
    sleep_for(1);
    eventfd_write(event, 1);
  });
  epoll_event found{};
  say("edge: %s", outcome(epoll_wait(epoll, &found, 1, 5000)).c_str());
  say("once: %s", outcome(epoll_wait(epoll, &found, 1, 5000)).c_str());
  adds.join();
  const int outer = epoll_create1(0);
  what.events = EPOLLIN;
  epoll_ctl(outer, EPOLL_CTL_ADD, epoll, &what);
  std::thread third(write_later, 1);
  say("epoll in epoll: %s", outcome(epoll_wait(outer, &found, 1, 5000)).c_str());
  third.join();
}

}  // namespace

int main() {
  if (pipe(ends) != 0) return 1;
  epoll = epoll_create1(0);
  epoll_event event{};
  event.events = EPOLLIN;
  epoll_ctl(epoll, EPOLL_CTL_ADD, ends[0], &event);
  for (const auto& [how, name] : all) try_all(how, name);
  special();
}
