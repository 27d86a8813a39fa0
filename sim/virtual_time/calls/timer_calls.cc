// Alarms, POSIX timers and timerfds: the kernel has none of them, the supervisor has.

#include <cerrno>
#include <csignal>

#include <fcntl.h>
#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "call.h"
#include "descriptor.h"
#include "signals.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

using Kind = Timers::Key::Kind;

Timers::Key key(const Call& call, Kind kind, std::uint64_t id = 0) {
  return {.process = call.process().number, .kind = kind, .id = id};
}

itimerspec left(const Clock& clock, const Timer& timer) {
  itimerspec left{};
  if (timer.due != never) left.it_value = timespec_of(std::max(timer.due - clock.now(), Time(1)));
  left.it_interval = timespec_of(timer.interval);
  return left;
}

bool is_valid(const itimerspec& setting) {
  const auto holds = [](const timespec& spec) {
    return spec.tv_sec >= 0 && spec.tv_nsec >= 0 && spec.tv_nsec < 1'000'000'000;
  };
  return holds(setting.it_value) && holds(setting.it_interval);
}

void arm(const Clock& clock, Timer& timer, const itimerspec& setting, bool absolute) {
  const Time value = time_of(setting.it_value);
  timer.interval = time_of(setting.it_interval);
  timer.due = value == Time::zero() ? never
              : absolute            ? clock.when(timer.clock_id, value)
                                    : after(clock.now(), value);
}

// --- alarm and setitimer -------------------------------------------------------------------------

Timer& alarm_of(const Call& call) {
  Timer& timer = call.world().timers.at(key(call, Kind::alarm));
  timer.expire = [world = &call.world(), process = call.process().id](std::uint64_t) {
    send_timer_signal(process, 0, SIGALRM, 0, alarm_timer);
    world->note_signal();
  };
  return timer;
}

void alarm(const Call& call) {
  Timer& timer = alarm_of(call);
  const Clock& clock = call.world().clock;
  const long seconds_left =
      timer.due == never ? 0
                         : std::chrono::ceil<std::chrono::seconds>(timer.due - clock.now()).count();
  arm(clock, timer,
      {.it_interval = {},
       .it_value = {.tv_sec = static_cast<unsigned>(call.argument(0)), .tv_nsec = 0}},
      false);
  call.answer(seconds_left);
}

itimerval itimerval_of(const itimerspec& spec) {
  return {.it_interval = timeval_of(time_of(spec.it_interval)),
          .it_value = timeval_of(time_of(spec.it_value))};
}

void getitimer(const Call& call) {
  if (call.argument(0) != ITIMER_REAL) return;
  const itimerval value = itimerval_of(left(call.world().clock, alarm_of(call)));
  call.answer(call.memory().put(call.argument(1), value) ? 0 : -EFAULT);
}

void setitimer(const Call& call) {
  if (call.argument(0) != ITIMER_REAL) {
    call.world().report.doubt(Doubt::clock, call.thread().name() + ": a timer of CPU time");
    return;
  }
  Timer& timer = alarm_of(call);
  const itimerval before = itimerval_of(left(call.world().clock, timer));
  itimerval setting{};
  if (call.argument(1) != 0) {
    const auto given = call.memory().get<itimerval>(call.argument(1));
    if (!given) return call.answer(-EFAULT);
    setting = *given;
  }
  if (call.argument(2) != 0 && !call.memory().put(call.argument(2), before))
    return call.answer(-EFAULT);
  arm(call.world().clock, timer,
      {.it_interval = timespec_of(time_of(setting.it_interval)),
       .it_value = timespec_of(time_of(setting.it_value))},
      false);
  call.answer(0);
}

// --- timer_create --------------------------------------------------------------------------------

void timer_create(const Call& call) {
  const int clock_id = static_cast<int>(call.argument(0));
  if (!call.world().clock.reading(clock_id)) {
    call.world().report.doubt(Doubt::clock, call.thread().name() + ": a timer of CPU time");
    return;
  }
  sigevent event{};
  event.sigev_notify = SIGEV_SIGNAL;
  event.sigev_signo = SIGALRM;
  const auto id = call.world().timers.free_id(call.process().number);
  event.sigev_value.sival_int = static_cast<int>(id);
  if (call.argument(1) != 0) {
    const auto given = call.memory().get<sigevent>(call.argument(1));
    if (!given) return call.answer(-EFAULT);
    event = *given;
  }
  if (!call.memory().put(call.argument(2), static_cast<int>(id))) return call.answer(-EFAULT);
  pid_t thread = 0;
  if (event.sigev_notify == SIGEV_THREAD_ID) {
    const Thread* const told = call.world().find_inner(event._sigev_un._tid);
    if (told == nullptr || told->process->id != call.process().id) return call.answer(-EINVAL);
    thread = told->id;
  }
  Timer& timer = call.world().timers.at(key(call, Kind::posix, id));
  timer = {.clock_id = clock_id};
  timer.expire = [world = &call.world(), event, thread, process = call.process().id,
                  key = key(call, Kind::posix, id)](std::uint64_t expirations) {
    Timer* const timer = world->timers.find(key);
    if (timer == nullptr || event.sigev_notify == SIGEV_NONE) return;
    const SignalState state = signal_state(thread != 0 ? thread : process);
    const std::uint64_t pending = thread != 0 ? state.pending_thread : state.pending_process;
    if (timer->is_pending && (pending & bit_of(event.sigev_signo)) != 0) {
      timer->missed += expirations;
      return;
    }
    timer->is_pending = true;
    timer->missed = expirations - 1;
    send_timer_signal(process, thread, event.sigev_signo,
                      reinterpret_cast<std::uint64_t>(event.sigev_value.sival_ptr),
                      static_cast<int>(key.id));
    world->note_signal();
  };
  call.answer(0);
}

Timer* posix_timer(const Call& call) {
  return call.world().timers.find(key(call, Kind::posix, static_cast<unsigned>(call.argument(0))));
}

void timer_settime(const Call& call) {
  Timer* const timer = posix_timer(call);
  if (timer == nullptr) return call.answer(-EINVAL);
  const auto setting = call.memory().get<itimerspec>(call.argument(2));
  if (!setting) return call.answer(-EFAULT);
  if (!is_valid(*setting)) return call.answer(-EINVAL);
  const Clock& clock = call.world().clock;
  if (call.argument(3) != 0 && !call.memory().put(call.argument(3), left(clock, *timer)))
    return call.answer(-EFAULT);
  arm(clock, *timer, *setting, (call.argument(1) & TIMER_ABSTIME) != 0);
  call.answer(0);
}

void timer_gettime(const Call& call) {
  const Timer* const timer = posix_timer(call);
  if (timer == nullptr) return call.answer(-EINVAL);
  const itimerspec value = left(call.world().clock, *timer);
  call.answer(call.memory().put(call.argument(1), value) ? 0 : -EFAULT);
}

void timer_getoverrun(const Call& call) {
  const Timer* const timer = posix_timer(call);
  call.answer(timer == nullptr ? -EINVAL : static_cast<long>(timer->overrun));
}

void timer_delete(const Call& call) {
  const auto id = static_cast<unsigned>(call.argument(0));
  call.answer(call.world().timers.erase(key(call, Kind::posix, id)) ? 0 : -EINVAL);
}

// --- timerfd -------------------------------------------------------------------------------------
//
// To the kernel it is an eventfd, which is read and polled in the same way. The kernel's number of
// that says which one is meant, whatever descriptors it has.

void timerfd_create(const Call& call) {
  const int clock_id = static_cast<int>(call.argument(0));
  if (!call.world().clock.reading(clock_id)) return call.answer(-EINVAL);
  static_assert(int{TFD_NONBLOCK} == int{EFD_NONBLOCK} && int{TFD_CLOEXEC} == int{EFD_CLOEXEC});
  call.become(SYS_eventfd2);
  call.replace(0, 0);
  call.then([call, clock_id](long result) {
    if (result < 0) return;
    const Descriptor descriptor(call.process(), static_cast<int>(result));
    const auto eventfd = descriptor ? descriptor.eventfd() : std::nullopt;
    if (!eventfd) return;
    call.world().timers.at({.process = Timers::Key::shared,
                            .kind = Kind::descriptor,
                            .id = *eventfd}) = {.clock_id = clock_id};
  });
}

/// The timer of a descriptor, and the number of its eventfd. Null if it is none.
std::pair<Timer*, std::uint64_t> timer_of(const Call& call, const Descriptor& descriptor) {
  const auto eventfd = descriptor ? descriptor.eventfd() : std::nullopt;
  if (!eventfd) return {nullptr, 0};
  return {call.world().timers.find(
              {.process = Timers::Key::shared, .kind = Kind::descriptor, .id = *eventfd}),
          *eventfd};
}

/// Adds to the eventfd, in whichever process still has it.
void add_expirations(World& world, std::uint64_t eventfd, int number, std::uint64_t count) {
  const auto add = [&](const Process& process, int candidate) {
    const Descriptor descriptor(process, candidate);
    if (!descriptor || descriptor.eventfd() != eventfd) return false;
    return write(descriptor.own(), &count, sizeof count) > 0;
  };
  constexpr int most = 1024;
  for (const auto& thread : world.threads()) {
    if (add(*thread->process, number)) return;
  }
  for (const auto& thread : world.threads()) {
    for (int candidate = 0; candidate < most; ++candidate) {
      if (add(*thread->process, candidate)) return;
    }
  }
  world.timers.erase({.process = Timers::Key::shared, .kind = Kind::descriptor, .id = eventfd});
}

void timerfd_settime(const Call& call) {
  const Descriptor descriptor(call.process(), call.descriptor(0));
  const auto [timer, eventfd] = timer_of(call, descriptor);
  if (timer == nullptr) return call.answer(descriptor ? -EINVAL : -EBADF);
  const auto setting = call.memory().get<itimerspec>(call.argument(2));
  if (!setting) return call.answer(-EFAULT);
  if (!is_valid(*setting)) return call.answer(-EINVAL);
  const Clock& clock = call.world().clock;
  if (call.argument(3) != 0 && !call.memory().put(call.argument(3), left(clock, *timer)))
    return call.answer(-EFAULT);
  // Setting it takes back what has expired and was not read.
  const int flags = fcntl(descriptor.own(), F_GETFL);
  fcntl(descriptor.own(), F_SETFL, flags | O_NONBLOCK);
  for (std::uint64_t count = 0; ::read(descriptor.own(), &count, sizeof count) > 0;) {
  }
  fcntl(descriptor.own(), F_SETFL, flags);
  arm(clock, *timer, *setting, (call.argument(1) & TFD_TIMER_ABSTIME) != 0);
  timer->expire = [world = &call.world(), eventfd = eventfd,
                   number = call.descriptor(0)](std::uint64_t expirations) {
    add_expirations(*world, eventfd, number, expirations);
  };
  call.answer(0);
}

void timerfd_gettime(const Call& call) {
  const Descriptor descriptor(call.process(), call.descriptor(0));
  const auto [timer, eventfd] = timer_of(call, descriptor);
  if (timer == nullptr) return call.answer(descriptor ? -EINVAL : -EBADF);
  const itimerspec value = left(call.world().clock, *timer);
  call.answer(call.memory().put(call.argument(1), value) ? 0 : -EFAULT);
}

constexpr Traced calls[] = {
    {SYS_alarm, "alarm", alarm},
    {SYS_getitimer, "getitimer", getitimer},
    {SYS_setitimer, "setitimer", setitimer},
    {SYS_timer_create, "timer_create", timer_create},
    {SYS_timer_settime, "timer_settime", timer_settime},
    {SYS_timer_gettime, "timer_gettime", timer_gettime},
    {SYS_timer_getoverrun, "timer_getoverrun", timer_getoverrun},
    {SYS_timer_delete, "timer_delete", timer_delete},
    {SYS_timerfd_create, "timerfd_create", timerfd_create},
    {SYS_timerfd_settime, "timerfd_settime", timerfd_settime},
    {SYS_timerfd_gettime, "timerfd_gettime", timerfd_gettime},
};

}  // namespace

std::span<const Traced> timer_calls() { return calls; }

}  // namespace castaway::virtual_time
