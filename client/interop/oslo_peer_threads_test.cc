#include "oslo_peer.h"

#include <array>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <thread>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace castaway::interop {
namespace {

using nlohmann::json;

constexpr const char* python = "/usr/bin/python3";  // whose oslo.messaging is Debian's
constexpr std::chrono::seconds answers_within(60);

/// Starts `oslo_peer.py`; it leads a session of its own, and so a process group.
pid_t start(int its_input, int its_output) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, its_input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, its_output, STDOUT_FILENO);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  std::string program = python, no_bytecode = "-B";
  std::string script = CASTAWAY_SOURCE_DIR "/client/interop/oslo_peer.py";
  const std::array<char*, 4> arguments = {program.data(), no_bytecode.data(), script.data(),
                                          nullptr};
  pid_t process = -1;
  const int failed = posix_spawn(&process, python, &files, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) throw std::runtime_error(std::string(python) + " cannot be started");
  return process;
}

}  // namespace

struct OsloPeer::State {
  State() {
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
      throw std::runtime_error("no pipe");
    process = start(to[0], from[1]);
    close(to[0]);
    close(from[1]);
    input = to[1];
    output = fdopen(from[0], "r");
    reader = std::thread([this] { read(); });
  }
  ~State() {
    kill(-process, SIGKILL);
    waitpid(process, nullptr, 0);
    reader.join();
    static_cast<void>(std::fclose(output));
    close(input);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Until the peer has ended.
  void read() {
    char* line = nullptr;
    std::size_t size = 0;
    for (ssize_t length = 0; (length = getline(&line, &size, output)) > 0;) {
      json said = json::parse(line, line + length);
      const std::lock_guard lock(mutex);
      if (said.contains("id")) {
        const int id = said.at("id");
        answers.emplace(id, std::move(said));
      } else {
        ++ran[said.at("topic")][said.at("server")];
      }
      heard.notify_all();
    }
    std::free(line);
    const std::lock_guard lock(mutex);
    ended = true;
    heard.notify_all();
  }

  void say(const std::string& line) {
    const std::lock_guard lock(writing);
    for (std::size_t done = 0; done < line.size();) {
      const ssize_t written = write(input, line.data() + done, line.size() - done);
      if (written <= 0) return;  // the answer will be missed
      done += static_cast<std::size_t>(written);
    }
  }

  json await(int id) {
    std::unique_lock lock(mutex);
    heard.wait_for(lock, answers_within, [&] { return answers.contains(id) || ended; });
    const auto found = answers.find(id);
    if (found == answers.end())
      throw std::runtime_error(ended ? "the peer has ended" : "the peer does not answer");
    json answer = std::move(found->second);
    answers.erase(found);
    return answer;
  }

  pid_t process = -1;
  int input = -1;
  std::FILE* output = nullptr;
  std::mutex writing = {};  ///< of `input`

  std::mutex mutex = {};  ///< of what follows
  std::condition_variable heard = {};
  std::map<int, json> answers = {};
  std::map<std::string, std::map<std::string, int>> ran = {};  ///< by topic and server
  int last_id = 0;
  bool ended = false;

  std::thread reader = {};
};

OsloPeer::OsloPeer() {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // NOLINT: a peer that has ended says so
  state_ = std::make_shared<State>();
  try {
    state_->await(0);
  } catch (const std::runtime_error&) {
    throw std::runtime_error(
        "oslo.messaging cannot be used, for the reason above; ci/install-packages broker "
        "installs python3-oslo.messaging");
  }
}

OsloPeer::~OsloPeer() = default;

json OsloPeer::ask(const json& command) {
  json numbered = command;
  int id = 0;
  {
    const std::lock_guard lock(state_->mutex);
    id = ++state_->last_id;
  }
  numbered["id"] = id;
  const std::string line = numbered.dump() + '\n';
  state_->say(line);
  try {
    return state_->await(id);
  } catch (const std::runtime_error& error) {
    throw std::runtime_error(error.what() + (": " + line.substr(0, 1000)));
  }
}

int OsloPeer::ran(const std::string& topic, const std::string& server) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->ran.find(topic);
  if (found == state_->ran.end()) return 0;
  int count = 0;
  for (const auto& [name, times] : found->second)
    if (server.empty() || server == name) count += times;
  return count;
}

namespace {

std::unique_ptr<OsloPeer> the_peer;

/// Ends it before the program does.
class EndThePeer final : public testing::Environment {
  void TearDown() override { the_peer.reset(); }
};
const auto* const registered = testing::AddGlobalTestEnvironment(new EndThePeer);

}  // namespace

OsloPeer& OsloPeer::shared() {
  if (!the_peer) the_peer = std::make_unique<OsloPeer>();
  return *the_peer;
}

}  // namespace castaway::interop
