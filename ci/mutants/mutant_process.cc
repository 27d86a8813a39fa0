#include "mutant_process.h"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <filesystem>
#include <optional>
#include <system_error>

#include <fcntl.h>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <poll.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "cli/files.h"
#include "cli/signals.h"

namespace castaway::ci {

namespace {

using std::chrono::steady_clock;

/// Who has said nothing for so long hangs: a run takes milliseconds.
constexpr auto longest_silence = std::chrono::seconds(20);
/// What the catalogue may take besides the time of the generated runs.
constexpr auto longest_catalogue = std::chrono::seconds(180);
constexpr int look_around_ms = 100;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
}

/// A process, in a group of its own: a Ctrl-C of the terminal is for us alone.
class Process {
 public:
  Process(const std::string& program, const std::vector<std::string>& arguments,
          const std::string& id) {
    int ends[2];
    if (pipe2(ends, O_CLOEXEC) != 0) fail("no pipe");
    descriptor_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
    posix_spawn_file_actions_adddup2(&actions, ends[1], 1);
    // Whoever dies on purpose says why; nobody wants to read it.
    posix_spawn_file_actions_addopen(&actions, 2, "/dev/null", O_WRONLY, 0);
    posix_spawnattr_t attributes;
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETPGROUP);
    std::vector<std::string> words{program};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<std::string> variables{"CASTAWAY_MUTANT=" + id};
    for (char** entry = environ; *entry != nullptr; ++entry) {
      if (!std::string_view(*entry).starts_with("CASTAWAY_MUTANT=")) variables.emplace_back(*entry);
    }
    errno = posix_spawn(&process_, program.c_str(), &actions, &attributes,
                        pointers_to(words).data(), pointers_to(variables).data());
    posix_spawnattr_destroy(&attributes);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    if (errno != 0) {
      process_ = -1;
      close(descriptor_);
      fail("cannot start " + program);
    }
  }
  Process(const Process&) = delete;
  Process& operator=(const Process&) = delete;
  ~Process() {
    close(descriptor_);
    if (process_ != -1) {
      end();
      static_cast<void>(wait());
    }
  }

  void end() const { kill(-process_, SIGKILL); }

  /// The next lines, as far as there are any; nothing when there will be no more.
  std::optional<std::vector<std::string>> lines() {
    pollfd polled{.fd = descriptor_, .events = POLLIN, .revents = 0};
    if (poll(&polled, 1, look_around_ms) == -1 && errno != EINTR) fail("poll");
    std::vector<std::string> lines;
    if (polled.revents == 0) return lines;
    char buffer[4096];
    const ssize_t size = read(descriptor_, buffer, sizeof buffer);
    if (size == -1 && errno == EINTR) return lines;
    if (size <= 0) return std::nullopt;
    text_.append(buffer, static_cast<std::size_t>(size));
    std::size_t begin = 0;
    for (std::size_t end = 0; (end = text_.find('\n', begin)) != std::string::npos; begin = end + 1)
      lines.push_back(text_.substr(begin, end - begin));
    text_.erase(0, begin);
    return lines;
  }

  /// Empty if it ended by itself and well, else how. Waits: until it has ended.
  std::string wait() {
    int status = 0;
    rusage usage{};
    while (wait4(process_, &status, 0, &usage) == -1 && errno == EINTR) {
    }
    process_ = -1;
    cpu_ = seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
    if (WIFSIGNALED(status)) return fmt::format("ends by signal {}", WTERMSIG(status));
    return WEXITSTATUS(status) == 0 ? "" : fmt::format("ends with {}", WEXITSTATUS(status));
  }

  [[nodiscard]] double cpu() const { return cpu_; }

 private:
  [[noreturn]] static void fail(const std::string& what) {
    throw std::system_error(errno, std::generic_category(), what);
  }

  static std::vector<char*> pointers_to(std::vector<std::string>& words) {
    std::vector<char*> pointers;
    for (std::string& word : words) pointers.push_back(word.data());
    pointers.push_back(nullptr);
    return pointers;
  }

  pid_t process_ = -1;
  int descriptor_ = -1;
  std::string text_ = {};
  double cpu_ = 0;
};

std::vector<std::string> arguments_for(const SelfTestCommand& command, const std::string& with) {
  std::vector<std::string> arguments{"self-test",
                                     "--alive",
                                     with,
                                     "--time",
                                     to_string(command.time.value()),
                                     "--seed",
                                     std::to_string(command.seed)};
  if (command.runs != 0)
    arguments.insert(arguments.end(), {"--runs", std::to_string(command.runs)});
  arguments.insert(arguments.end(), command.paths.begin(), command.paths.end());
  return arguments;
}

}  // namespace

std::string mutants_program() {
  namespace fs = std::filesystem;
  std::error_code error;
  const fs::path program = fs::read_symlink("/proc/self/exe", error);
  const fs::path wanted = program.parent_path() / "castaway-mutants";
  if (fs::exists(wanted, error)) return wanted.string();
  throw InputError(
      ExitCode::no_input,
      fmt::format("castaway: {} is not there: the program with all mutants in it. In a build "
                  "folder: cmake -DCASTAWAY_MUTANTS=ON . && cmake --build . --target "
                  "castaway_mutants",
                  wanted.string()));
}

Met meet(const std::string& program, const SelfTestCommand& command, const std::string& id,
         const std::string& with, const std::function<void(std::uint64_t runs)>& hear) {
  const auto start = steady_clock::now();
  Met met{.encounter = {.with = with}};
  bool known = false;
  Process process(program, arguments_for(command, with), id);
  auto heard = start;
  std::string how;
  while (const auto lines = process.lines()) {
    const auto now = steady_clock::now();
    if (!lines->empty()) heard = now;
    for (const std::string& line : *lines) {
      const nlohmann::json said = nlohmann::json::parse(line);
      if (const auto at = said.find("at"); at != said.end()) {
        if (!known) met.encounter.runs = at->get<std::uint64_t>();
        hear(at->get<std::uint64_t>());
        continue;
      }
      met.encounter = encounter_of(said);
      known = true;
    }
    if (interrupted()) {
      process.end();
      static_cast<void>(process.wait());
      met.cpu = process.cpu();
      met.complete = known && met.encounter.killed;
      return met;
    }
    if (now - heard > longest_silence) how = "hangs";
    if (with == "catalogue" && now - start > longest_catalogue) how = "takes for ever";
    if (how.empty()) continue;
    process.end();
    break;
  }
  const std::string ended = process.wait();
  met.cpu = process.cpu();
  met.complete = true;
  if (known) return met;
  if (how.empty()) how = ended.empty() ? "says nothing" : ended;
  met.encounter.killed = true;
  met.encounter.law = how;
  met.encounter.seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
  met.encounter.cpu = met.cpu;
  return met;
}

}  // namespace castaway::ci
