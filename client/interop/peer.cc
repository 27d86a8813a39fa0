#include "peer.h"

#include <chrono>
#include <condition_variable>
#include <csignal>
#include <mutex>
#include <stdexcept>
#include <thread>
#include <utility>

#include <nlohmann/json.hpp>

#include "castaway/process.h"

namespace castaway::interop {
namespace {

using nlohmann::json;

constexpr std::chrono::seconds answers_within(60);

}  // namespace

struct Peer::State {
  explicit State(const std::vector<std::string>& program)
      : process({.program = program.at(0),
                 .arguments = {program.begin() + 1, program.end()},
                 .in = {Stream::To::pipe},
                 .err = {Stream::To::ours}}),
        reader([this] { read(); }) {}
  ~State() {
    process.signal(SIGKILL);
    reader.join();
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;

  /// Until the peer has ended.
  void read() {
    bool more = true;
    while (more) {
      more = process.hear();
      for (const std::string& line : process.lines()) take(json::parse(line));
    }
    const std::lock_guard lock(mutex);
    ended = true;
    heard.notify_all();
  }

  void take(json said) {
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

  /// What a peer that has ended does not read is an answer that will be missed.
  void say(const std::string& line) {
    const std::lock_guard lock(writing);
    process.write(line);
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

  Process process;
  std::mutex writing = {};  ///< of its input

  std::mutex mutex = {};  ///< of what follows
  std::condition_variable heard = {};
  std::map<int, json> answers = {};
  std::map<std::string, std::map<std::string, int>> ran = {};      ///< by topic and server
  std::map<std::string, std::vector<std::string>> arguments = {};  ///< by topic
  int last_id = 0;
  bool ended = false;

  std::thread reader;  ///< the last, for it uses all the others
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
