#include "peer.h"

#include <algorithm>
#include <atomic>
#include <barrier>
#include <chrono>
#include <exception>
#include <iostream>
#include <numeric>
#include <sstream>
#include <stdexcept>
#include <thread>
#include <vector>

#include <nlohmann/json.hpp>

namespace castaway::bench {
namespace {

using Clock = std::chrono::steady_clock;
using nlohmann::json;

constexpr int warm_up = 5;  ///< done by each thread before the clock starts

void say(const json& line) { std::cout << line.dump() << std::endl; }

struct Begun {
  void operator()() noexcept { say({{"begun", true}}); }
};
using Barrier = std::barrier<Begun>;

/// What one thread does again and again until the time is up.
class Worker {
 public:
  void run(const std::function<void(int n)>& once, Barrier& barrier,
           std::chrono::milliseconds length) {
    bool at_barrier = false;
    try {
      for (int n = 0; n < warm_up; ++n) once(n);
      at_barrier = true;
      barrier.arrive_and_wait();
      begun_ = ended_ = Clock::now();
      for (int n = 0; ended_ - begun_ < length; ++n) {
        once(n);
        const Clock::time_point now = Clock::now();
        took_.push_back(std::chrono::duration<double, std::micro>(now - ended_).count());
        ended_ = now;
      }
    } catch (const std::exception& error) {
      error_ = error.what();
      if (!at_barrier) barrier.arrive_and_drop();
    }
  }

  Clock::time_point begun_, ended_;
  std::vector<double> took_;  ///< microseconds
  std::string error_;
};

/// The least value that so much of the others does not exceed; all of them are looked at.
double quantile(const std::vector<double>& sorted, double part) {
  const auto rank = static_cast<std::size_t>(part * static_cast<double>(sorted.size()));
  return sorted[std::min(rank, sorted.size() - 1)];
}

json measure(Client& client, const std::string& kind, int threads,
             std::chrono::milliseconds length) {
  client.prepare(threads);
  std::vector<Worker> workers(static_cast<std::size_t>(threads));
  Barrier barrier(threads);
  {
    std::vector<std::jthread> running;
    for (int thread = 0; thread < threads; ++thread) {
      running.emplace_back([&, thread] {
        workers[static_cast<std::size_t>(thread)].run(
            [&](int n) {
              if (kind == "call") return client.call(thread, n);
              if (kind == "cast") return client.cast(thread, n);
              client.fanout(thread, n);
            },
            barrier, length);
      });
    }
  }
  std::vector<double> took;
  Clock::time_point begun = Clock::time_point::max(), ended = Clock::time_point::min();
  for (const Worker& worker : workers) {
    if (!worker.error_.empty()) return {{"error", worker.error_}};
    took.insert(took.end(), worker.took_.begin(), worker.took_.end());
    begun = std::min(begun, worker.begun_);
    ended = std::max(ended, worker.ended_);
  }
  std::sort(took.begin(), took.end());
  return {{"count", took.size()},
          {"warm_up", warm_up * threads},
          {"seconds", std::chrono::duration<double>(ended - begun).count()},
          {"p50_us", quantile(took, 0.5)},
          {"p99_us", quantile(took, 0.99)},
          {"max_us", took.back()}};
}

}  // namespace

PeerArguments peer_arguments(int argc, char** argv) {
  if (argc < 2 || argc % 2 != 0)
    throw std::invalid_argument("usage: PROGRAM client|server --OPTION VALUE ...");
  PeerArguments arguments{.role = argv[1], .options = {}};
  for (int i = 2; i < argc; i += 2) arguments.options[argv[i]] = argv[i + 1];
  return arguments;
}

void run_client(Client& client) {
  std::string line;
  while (std::getline(std::cin, line)) {
    std::istringstream words(line);
    std::string kind;
    int threads = 0;
    int milliseconds = 0;
    words >> kind >> threads >> milliseconds;
    say(measure(client, kind, threads, std::chrono::milliseconds(milliseconds)));
  }
}

void run_server(const std::function<std::uint64_t()>& handled) {
  say({{"serving", true}});
  std::string line;
  while (std::getline(std::cin, line)) say({{"count", handled()}});
}

}  // namespace castaway::bench
