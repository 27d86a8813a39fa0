// A node goes with the program that started it.

#include <chrono>
#include <csignal>
#include <filesystem>
#include <thread>

#include <gtest/gtest.h>
#include <sys/wait.h>
#include <unistd.h>

#include "servers/rabbitmq_node.h"

namespace castaway::rabbit {
namespace {

TEST(RabbitMQNode, IsGoneWithItsFolderWhenTheProgramThatStartedItIsKilled) {
  int ends[2];
  ASSERT_EQ(pipe(ends), 0);
  const pid_t child = fork();
  if (child == 0) {
    const RabbitMQNode node(RabbitMQNode::Until::begun);
    const std::string folder = node.folder().string();
    static_cast<void>(!write(ends[1], folder.data(), folder.size()));
    pause();
  }
  std::string folder(256, '\0');
  const ssize_t size = read(ends[0], folder.data(), folder.size());
  ASSERT_GT(size, 0);
  folder.resize(static_cast<std::size_t>(size));
  const auto becomes = [](const std::string& path, bool there) {
    for (int i = 0; i < 3000 && std::filesystem::exists(path) != there; ++i)
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    return std::filesystem::exists(path) == there;
  };
  EXPECT_TRUE(becomes(folder + "/pid", true)) << "RabbitMQ did not begin";
  kill(child, SIGKILL);
  waitpid(child, nullptr, 0);
  EXPECT_TRUE(becomes(folder, false));
}

}  // namespace
}  // namespace castaway::rabbit
