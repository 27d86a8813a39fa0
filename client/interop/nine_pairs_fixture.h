#pragma once
// NinePairs: plays one scene with every pair of oslo.messaging, classic and strict, each as client
// and as server.

#include <atomic>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <gtest/gtest.h>

#include "interop_fixture.h"
#include "meeting.h"

namespace castaway::interop {

/// "oslo to strict": a number, by what the scene counts.
using Counts = std::map<std::string, int>;

inline std::string pair(Party client, Party server) {
  return std::string(to_string(client)) + " to " + to_string(server);
}

class NinePairs : public ::testing::Test {
 protected:
  NinePairs() {
    rabbit::RabbitMQNode::shared();  // before many ask for it at once
    OsloPeer::shared();
  }
  /// What the scene says of each pair: all nine at once, since each of them waits most of the time.
  Counts play(const std::function<int(Meeting&)>& scene) {
    std::map<std::string, std::atomic<int>> found;
    std::vector<std::unique_ptr<Task>> tasks;
    for (const Party client : parties) {
      for (const Party server : parties) {
        std::atomic<int>& count = found[pair(client, server)];
        tasks.push_back(runtime_.spawn("meeting", [this, client, server, &count, &scene] {
          Meeting meeting(runtime_, client, server, topic_);
          count = scene(meeting);
        }));
      }
    }
    tasks.clear();
    return {found.begin(), found.end()};
  }
  /// What is expected of each pair.
  static Counts all(const std::function<int(Party client, Party server)>& count) {
    Counts expected;
    for (const Party client : parties)
      for (const Party server : parties) expected[pair(client, server)] = count(client, server);
    return expected;
  }

  const std::string topic_ = own_topic();
  ThreadRuntime runtime_;
};

}  // namespace castaway::interop
