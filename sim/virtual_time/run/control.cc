#include "control.h"

#include <cerrno>
#include <charconv>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

namespace castaway::virtual_time {
namespace {

std::int64_t number_in(const std::string& line, std::size_t from) {
  std::int64_t number = 0;
  const char* const end = line.data() + line.size();
  const auto [rest, error] = std::from_chars(line.data() + from, end, number);
  if (error != std::errc{} || rest != end)
    throw std::runtime_error(fmt::format("control: \"{}\" does not end in a whole number", line));
  return number;
}

}  // namespace

Control::Control(int in, int out) : in_(in), out_(out) {
  for (const int descriptor : {in, out}) fcntl(descriptor, F_SETFD, FD_CLOEXEC);
}

std::optional<Time> Control::idle(Time next, std::size_t threads, const Orders& orders) {
  say(fmt::format("idle {} {}\n", next == never ? -1 : next.count(), threads));
  while (const auto said = line()) {
    const std::size_t blank = said->find(' ');
    const std::string word = said->substr(0, blank);
    if (word == "quit") return std::nullopt;
    if (blank == std::string::npos)
      throw std::runtime_error(
          fmt::format("control: \"{}\" is not one of run, step, pause, "
                      "resume and quit, with a number where one belongs",
                      *said));
    const std::int64_t number = number_in(*said, blank + 1);
    if (word == "run") return Time(number);
    if (word == "step") {
      orders.step(Time(number));
    } else if (word == "pause" || word == "resume") {
      if (number < 0 || !orders.pause(static_cast<unsigned>(number), word == "pause"))
        throw std::runtime_error(fmt::format("control: there is no process {}", number));
    } else {
      throw std::runtime_error(
          fmt::format("control: \"{}\" is not one of run, step, pause, resume and quit", word));
    }
  }
  return std::nullopt;
}

void Control::over(int exit_code) { say(fmt::format("over {}\n", exit_code)); }

std::optional<std::string> Control::line() {
  for (;;) {
    if (const std::size_t end = read_.find('\n'); end != std::string::npos) {
      std::string line = read_.substr(0, end);
      read_.erase(0, end + 1);
      return line;
    }
    char part[512];
    const ssize_t size = read(in_, part, sizeof part);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return std::nullopt;
    read_.append(part, static_cast<std::size_t>(size));
  }
}

void Control::say(const std::string& line) const {
  std::size_t written = 0;
  while (written < line.size()) {
    const ssize_t size = write(out_, line.data() + written, line.size() - written);
    if (size < 0 && errno == EINTR) continue;
    if (size <= 0) return;
    written += static_cast<std::size_t>(size);
  }
}

}  // namespace castaway::virtual_time
