#pragma once
// Observe: what the test programs print. A line is the virtual time in seconds, and what was seen.

#include <cerrno>
#include <cmath>
#include <csignal>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <ctime>
#include <functional>
#include <string>

#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

namespace observe {

inline constexpr long start = 1000;  ///< CLOCK_MONOTONIC when a run begins, in seconds

inline double reading(clockid_t clock) {
  timespec now{};
  clock_gettime(clock, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) / 1e9;
}

/// One write(2) for a line, so that those of several processes do not mix.
[[gnu::format(printf, 1, 2)]] inline void say(const char* format, ...) {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  char line[512];
  int size = std::snprintf(line, sizeof line, "%ld.%06ld ", static_cast<long>(now.tv_sec - start),
                           now.tv_nsec / 1000);
  va_list arguments;
  va_start(arguments, format);
  size += std::vsnprintf(line + size, sizeof line - static_cast<std::size_t>(size) - 1, format,
                         arguments);
  va_end(arguments);
  line[size++] = '\n';
  if (write(STDOUT_FILENO, line, static_cast<std::size_t>(size)) < 0) _exit(99);
}

/// "7"; "EINTR" for -1 and that errno.
inline std::string outcome(long result) {
  return result == -1 ? strerrorname_np(errno) : std::to_string(result);
}

/// What a pthread function returns: "0", "ETIMEDOUT".
inline std::string error(int number) { return number == 0 ? "0" : strerrorname_np(number); }

inline timespec seconds(double count) {
  const long whole = static_cast<long>(count);
  return {whole, std::lround((count - static_cast<double>(whole)) * 1e9)};
}

inline timeval timeval_of(double count) {
  const timespec spec = seconds(count);
  return {spec.tv_sec, spec.tv_nsec / 1000};
}

inline double count_of(const timespec& spec) {
  return static_cast<double>(spec.tv_sec) + static_cast<double>(spec.tv_nsec) / 1e9;
}

/// So many seconds from now, as that clock will say it.
inline timespec from_now(clockid_t clock, double count) {
  timespec now{};
  clock_gettime(clock, &now);
  const timespec more = seconds(count);
  now.tv_sec += more.tv_sec + (now.tv_nsec + more.tv_nsec) / 1'000'000'000;
  now.tv_nsec = (now.tv_nsec + more.tv_nsec) % 1'000'000'000;
  return now;
}

inline void sleep_for(double count) {
  timespec left = seconds(count);
  while (nanosleep(&left, &left) != 0 && errno == EINTR) {
  }
}

inline void say_signal(int signal) { say("signal %d", signal); }

inline void on(int signal, void (*handler)(int), int flags = 0) {
  struct sigaction action {};
  action.sa_handler = handler;
  action.sa_flags = flags;
  sigaction(signal, &action, nullptr);
}

inline pid_t child(const std::function<int()>& body) {
  const pid_t id = fork();
  if (id == 0) _exit(body());
  return id;
}

/// "exit 7", "signal 9".
inline std::string ending(int status) {
  return WIFEXITED(status)      ? "exit " + std::to_string(WEXITSTATUS(status))
         : WIFSIGNALED(status)  ? "signal " + std::to_string(WTERMSIG(status))
         : WIFSTOPPED(status)   ? "stopped by " + std::to_string(WSTOPSIG(status))
         : WIFCONTINUED(status) ? "continued"
                                : "status " + std::to_string(status);
}

inline std::string wait_for(pid_t id, int options = 0) {
  int status = 0;
  const pid_t found = waitpid(id, &status, options);
  return found == id ? ending(status) : outcome(found);
}

}  // namespace observe
