#include "peer.h"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <nlohmann/json.hpp>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

namespace castaway::interop {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds answers_within(60);

/// Starts it; it leads a session of its own, and so a process group.
pid_t start(std::vector<std::string> program, int its_input, int its_output) {
  posix_spawn_file_actions_t files;
  posix_spawn_file_actions_init(&files);
  posix_spawn_file_actions_adddup2(&files, its_input, STDIN_FILENO);
  posix_spawn_file_actions_adddup2(&files, its_output, STDOUT_FILENO);
  // A socket of ours that it held as well would stay open when we close it.
  posix_spawn_file_actions_addclosefrom_np(&files, STDERR_FILENO + 1);
  posix_spawnattr_t attributes;
  posix_spawnattr_init(&attributes);
  posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSID);
  std::vector<char*> arguments;
  for (std::string& each : program) arguments.push_back(each.data());
  arguments.push_back(nullptr);
  pid_t process = -1;
  const int failed =
      posix_spawn(&process, arguments[0], &files, &attributes, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&files);
  posix_spawnattr_destroy(&attributes);
  if (failed != 0) throw std::runtime_error(program[0] + " cannot be started");
  return process;
}

}  // namespace

struct Peer::State {
  explicit State(const std::vector<std::string>& program) {
    int to[2], from[2];
    if (pipe2(to, O_CLOEXEC) != 0 || pipe2(from, O_CLOEXEC) != 0)
      throw std::runtime_error("no pipe");
    process = start(program, to[0], from[1]);
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
        arguments[said.at("topic")].push_back(said.at("args").dump());
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
  std::map<std::string, std::map<std::string, int>> ran = {};      ///< by topic and server
  std::map<std::string, std::vector<std::string>> arguments = {};  ///< by topic
  int last_id = 0;
  bool ended = false;

  std::thread reader = {};
};

Peer::Peer(const std::vector<std::string>& program) {
  static_cast<void>(std::signal(SIGPIPE, SIG_IGN));  // NOLINT: a peer that has ended says so
  state_ = std::make_shared<State>(program);
  state_->await(0);
}

Peer::~Peer() = default;

json Peer::ask(const json& command) {
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

int Peer::ran(const std::string& topic, const std::string& server) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->ran.find(topic);
  if (found == state_->ran.end()) return 0;
  int count = 0;
  for (const auto& [name, times] : found->second)
    if (server.empty() || server == name) count += times;
  return count;
}

std::vector<std::string> Peer::arguments(const std::string& topic) const {
  const std::lock_guard lock(state_->mutex);
  const auto found = state_->arguments.find(topic);
  return found == state_->arguments.end() ? std::vector<std::string>() : found->second;
}

}  // namespace castaway::interop
