#include "child.h"

#include <csignal>
#include <filesystem>
#include <stdexcept>

// As headers alone, and without Boost.Filesystem, which would be one more library, Boost.Process
// forgets to include three of those it needs.
#define BOOST_PROCESS_USE_STD_FS
#include <boost/optional.hpp>
#include <boost/type_traits.hpp>
// And those of its own:
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/process/v2/environment.hpp>
#include <boost/process/v2/process.hpp>
#include <boost/process/v2/start_dir.hpp>
#include <boost/process/v2/stdio.hpp>
#include <fcntl.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <sys/wait.h>
#include <unistd.h>

namespace castaway::ci {

namespace {

namespace asio = boost::asio;
namespace process = boost::process::v2;

/// The two ends of a pipe, or of a terminal: what a child writes to, and where we read it.
struct Channel {
  int ours = -1;
  int childs = -1;
};

Channel make_pipe() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
  return {ends[0], ends[1]};
}

Channel make_terminal() {
  Channel channel;
  if (openpty(&channel.ours, &channel.childs, nullptr, nullptr, nullptr) != 0) {
    throw std::runtime_error("no terminal");
  }
  fcntl(channel.ours, F_SETFD, FD_CLOEXEC);
  fcntl(channel.childs, F_SETFD, FD_CLOEXEC);
  return channel;
}

int open_output(const std::string& path) {
  const int number = open(path.c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0644);
  if (number < 0) throw std::runtime_error("cannot open " + path);
  return number;
}

/// Reads all that comes, until the other side is closed.
class Listener {
 public:
  Listener(asio::io_context& context, int descriptor, std::function<void(const std::string&)> heard)
      : stream_(context, descriptor), heard_(std::move(heard)) {
    listen();
  }

  std::string text = {};

 private:
  void listen() {
    stream_.async_read_some(asio::buffer(buffer_), [this](const auto& error, std::size_t size) {
      text.append(buffer_.data(), size);
      heard_(text);
      if (!error) listen();
    });
  }

  asio::posix::stream_descriptor stream_;
  std::function<void(const std::string&)> heard_;
  std::array<char, 4096> buffer_ = {};
};

std::vector<std::string> environment(const ChildSettings& settings) {
  std::vector<std::string> result = settings.environment;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    if (!text.starts_with("NO_COLOR=") && !text.starts_with("TERM=")) result.emplace_back(text);
  }
  result.emplace_back("TERM=xterm");
  return result;
}

}  // namespace

Child run_child(const ChildSettings& settings) {
  asio::io_context context;
  Channel out = settings.terminal ? make_terminal() : make_pipe();
  Channel err = make_pipe();
  if (settings.terminal) err.childs = (close(err.childs), dup(out.childs));
  if (!settings.output.empty()) {
    close(out.childs);
    out.childs = open_output(settings.output);
  }
  process::process child(
      context, settings.program, settings.arguments,
      process::process_stdio{
          .in = std::filesystem::path(settings.input), .out = out.childs, .err = err.childs},
      process::process_environment(environment(settings)),
      process::process_start_dir(settings.directory));
  close(out.childs);
  close(err.childs);

  bool interrupted = settings.interrupt_at.empty();
  Listener out_listener(context, out.ours, [&](const std::string& text) {
    if (interrupted || text.find(settings.interrupt_at) == std::string::npos) return;
    interrupted = true;
    child.interrupt();
  });
  Listener err_listener(context, err.ours, [](const std::string&) {});
  asio::steady_timer timer(context, settings.timeout);
  timer.async_wait([&](const auto& error) {
    if (!error) kill(child.id(), SIGKILL);
  });
  int status = -1;
  child.async_wait([&](const auto& /*error*/, int /*code*/) {
    status = child.native_exit_code();
    timer.cancel();
  });
  context.run();

  Child result{.out = std::move(out_listener.text), .err = std::move(err_listener.text)};
  if (WIFEXITED(status)) result.exit_code = WEXITSTATUS(status);
  if (WIFSIGNALED(status)) result.signal = WTERMSIG(status);
  return result;
}

Child castaway(const std::vector<std::string>& arguments, const std::string& directory) {
  return run_child({.arguments = arguments, .directory = directory});
}

namespace {

Child shell(const std::string& script, ChildSettings settings = {}) {
  settings.program = "/bin/sh";
  settings.arguments = {"-c", script};
  return run_child(settings);
}

TEST(Child, HasAnExitCodeAndTwoKindsOfOutput) {
  const Child child = shell("echo result; echo complaint >&2; exit 7");
  EXPECT_EQ(child.exit_code, 7);
  EXPECT_EQ(child.out, "result\n");
  EXPECT_EQ(child.err, "complaint\n");
}

TEST(Child, IsKilledAtItsTimeout) {
  EXPECT_EQ(shell("exec sleep 60", {.timeout = std::chrono::seconds(1)}).signal, SIGKILL);
}

TEST(Child, IsInterruptedAtAText) {
  EXPECT_EQ(shell("echo ready; exec sleep 60", {.interrupt_at = "ready"}).signal, SIGINT);
}

TEST(Child, CanHaveATerminal) {
  EXPECT_EQ(shell("test -t 1 && test -t 2 && echo yes", {.terminal = true}).out, "yes\r\n");
}

TEST(Child, HasTheDirectoryAndEnvironmentThatItIsGiven) {
  EXPECT_EQ(shell("pwd; echo $A", {.directory = "/", .environment = {"A=b"}}).out, "/\nb\n");
}

}  // namespace

}  // namespace castaway::ci
