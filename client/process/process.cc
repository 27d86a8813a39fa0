#include "castaway/process.h"

#include <cerrno>
#include <csignal>
#include <filesystem>
#include <stdexcept>
#include <system_error>
#include <utility>

// As headers alone, and without Boost.Filesystem, Boost.Process forgets to include some it needs.
#define BOOST_PROCESS_USE_STD_FS
#include <boost/optional.hpp>
#include <boost/type_traits.hpp>
// And of its own:
#include <boost/asio/io_context.hpp>
#include <boost/process/v2/environment.hpp>
#include <boost/process/v2/impl/environment.ipp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/start_dir.hpp>
#include <boost/process/v2/stdio.hpp>
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

namespace castaway {

namespace {

namespace process = boost::process::v2;

[[noreturn]] void fail(const std::string& what) {
  throw std::system_error(errno, std::generic_category(), what);
}

/// A file of ours, closed with the object.
class Descriptor {
 public:
  Descriptor() = default;
  explicit Descriptor(int number) : number_(number) {}
  Descriptor(Descriptor&& other) noexcept : number_(std::exchange(other.number_, -1)) {}
  Descriptor& operator=(Descriptor&& other) noexcept {
    std::swap(number_, other.number_);
    return *this;
  }
  ~Descriptor() {
    if (number_ != -1) ::close(number_);
  }
  [[nodiscard]] int number() const { return number_; }
  [[nodiscard]] bool is_open() const { return number_ != -1; }
  void close() { *this = Descriptor(); }

 private:
  int number_ = -1;
};

/// A pipe, or a terminal: our end, and that of the program.
struct Channel {
  Descriptor ours = {};
  Descriptor its = {};
};

Channel make_pipe(bool it_reads) {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) fail("no pipe");
  Channel channel{Descriptor(ends[0]), Descriptor(ends[1])};
  if (it_reads) std::swap(channel.ours, channel.its);
  return channel;
}

Channel make_terminal() {
  int ours = -1, its = -1;
  if (openpty(&ours, &its, nullptr, nullptr, nullptr) != 0) fail("no terminal");
  Channel channel{Descriptor(ours), Descriptor(its)};
  fcntl(ours, F_SETFD, FD_CLOEXEC);
  fcntl(its, F_SETFD, FD_CLOEXEC);
  return channel;
}

Channel open_file(const std::string& path, int flags) {
  Descriptor file(open(path.c_str(), flags | O_CLOEXEC, 0644));
  if (!file.is_open()) fail("cannot open " + path);
  return {.its = std::move(file)};
}

/// `ours` is the number of our own stream.
Channel channel_for(const Stream& stream, int ours) {
  switch (stream.to) {
    case Stream::To::pipe:
      return make_pipe(ours == STDIN_FILENO);
    case Stream::To::terminal:
      return make_terminal();
    case Stream::To::file:
      return open_file(stream.path, ours == STDIN_FILENO ? O_RDONLY : O_WRONLY | O_CREAT | O_TRUNC);
    case Stream::To::nothing:
      return open_file("/dev/null", O_RDWR);
    case Stream::To::ours:
    case Stream::To::out:
      break;
  }
  return {};
}

/// What the new process does between its birth and the program.
struct Apart {
  bool ends_with_us;
  template <class Launcher>
  process::error_code on_exec_setup(Launcher& /*launcher*/, const auto& /*program*/,
                                    const char* const* /*arguments*/) const {
    setsid();
    if (ends_with_us) prctl(PR_SET_PDEATHSIG, SIGKILL);
    return {};
  }
};

std::string path_of(const std::string& program) {
  const bool is_path = program.find('/') != std::string::npos;
  std::string path = is_path ? program : process::environment::find_executable(program).string();
  if (path.empty()) errno = ENOENT;
  // Later its own process would have to say so, which is a copy of ours then.
  if (path.empty() || access(path.c_str(), X_OK) != 0) fail("cannot start " + program);
  if (std::filesystem::is_directory(path)) {
    errno = EISDIR;
    fail("cannot start " + program);
  }
  return path;
}

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// What is in the pipe now; closes it if nothing will come any more.
void read_from(Descriptor& pipe, std::string& text) {
  char buffer[65536];
  const ssize_t size = read(pipe.number(), buffer, sizeof buffer);
  if (size == -1 && errno == EINTR) return;
  // A terminal ends with an error.
  if (size <= 0) return pipe.close();
  text.append(buffer, static_cast<std::size_t>(size));
}

}  // namespace

struct Process::State {
  pid_t id = -1;  ///< -1 once it was waited for
  Descriptor in = {}, out = {}, err = {};
  std::string said = {}, complaint = {};
};

Process::Process(const ProcessSettings& settings) : state_(std::make_unique<State>()) {
  const std::string path = path_of(settings.program);
  if (!settings.directory.empty() && access(settings.directory.c_str(), X_OK) != 0)
    fail("cannot start " + settings.program + " in " + settings.directory);
  Channel in = channel_for(settings.in, STDIN_FILENO);
  Channel out = channel_for(settings.out, STDOUT_FILENO);
  Channel err = channel_for(settings.err, STDERR_FILENO);
  const auto number = [](const Channel& channel, int ours) {
    return channel.its.is_open() ? channel.its.number() : ours;
  };
  const int to_out = number(out, STDOUT_FILENO);
  const int to_err = settings.err.to == Stream::To::out ? to_out : number(err, STDERR_FILENO);
  process::process_stdio streams{.in = number(in, STDIN_FILENO), .out = to_out, .err = to_err};
  boost::asio::io_context context;
  process::process started(
      context, path, settings.arguments, Apart{settings.ends_with_us}, std::move(streams),
      process::process_environment(settings.environment),
      process::process_start_dir(settings.directory.empty() ? "." : settings.directory));
  state_->id = started.id();
  started.detach();
  state_->in = std::move(in.ours);
  state_->out = std::move(out.ours);
  state_->err = std::move(err.ours);
}

Process::~Process() {
  if (state_->id == -1) return;
  signal(SIGKILL);
  while (waitpid(state_->id, nullptr, 0) == -1 && errno == EINTR) {
  }
}

void Process::write(std::string_view text) const {
  while (!text.empty()) {
    const ssize_t size = ::write(state_->in.number(), text.data(), text.size());
    if (size == -1 && errno == EINTR) continue;
    if (size <= 0) return;
    text.remove_prefix(static_cast<std::size_t>(size));
  }
}

void Process::close_input() { state_->in.close(); }

bool Process::hear(std::chrono::milliseconds at_most) {
  Descriptor& out = state_->out;
  Descriptor& err = state_->err;
  if (!out.is_open() && !err.is_open()) return false;
  // poll ignores negative numbers.
  pollfd polled[] = {{.fd = out.number(), .events = POLLIN, .revents = 0},
                     {.fd = err.number(), .events = POLLIN, .revents = 0}};
  const int ready = poll(polled, 2, at_most.count() < 0 ? -1 : static_cast<int>(at_most.count()));
  if (ready == -1 && errno != EINTR) fail("poll");
  if (ready <= 0) return true;
  if (polled[0].revents != 0) read_from(out, state_->said);
  if (polled[1].revents != 0) read_from(err, state_->complaint);
  return out.is_open() || err.is_open();
}

std::string& Process::out() { return state_->said; }
std::string& Process::err() { return state_->complaint; }

std::vector<std::string> Process::lines() { return take_lines(state_->said); }

void Process::signal(int number) const {
  if (state_->id != -1) kill(-state_->id, number);
}

int Process::id() const { return state_->id; }

void Process::wait_until_stopped() const {
  siginfo_t info{};
  while (waitid(P_PID, static_cast<id_t>(state_->id), &info, WSTOPPED | WEXITED | WNOWAIT) == -1) {
    if (errno != EINTR) fail("waitid");
  }
}

bool Process::running() const {
  if (state_->id == -1) return false;
  siginfo_t info{};
  return waitid(P_PID, static_cast<id_t>(state_->id), &info, WEXITED | WNOHANG | WNOWAIT) == 0 &&
         info.si_pid == 0;
}

Ending Process::wait() {
  if (state_->id == -1) throw std::logic_error("the process was waited for already");
  int status = 0;
  rusage usage{};
  while (wait4(state_->id, &status, 0, &usage) == -1) {
    if (errno != EINTR) fail("wait4");
  }
  state_->id = -1;
  Ending ending{.cpu = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime)};
  if (WIFEXITED(status)) ending.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) ending.signal = WTERMSIG(status);
  return ending;
}

std::vector<std::string> our_environment() {
  std::vector<std::string> variables;
  for (char** variable = environ; *variable != nullptr; ++variable)
    variables.emplace_back(*variable);
  return variables;
}

std::vector<std::string> take_lines(std::string& text) {
  std::vector<std::string> lines;
  std::size_t begin = 0;
  for (std::size_t end = 0; (end = text.find('\n', begin)) != std::string::npos; begin = end + 1)
    lines.push_back(text.substr(begin, end - begin));
  text.erase(0, begin);
  return lines;
}

}  // namespace castaway
