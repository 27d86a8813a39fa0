// Doubts: what makes a run void, one for each word that is given.

#include <atomic>
#include <thread>

#include <fcntl.h>
#include <sys/ipc.h>
#include <sys/msg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <x86intrin.h>

#include "observe.h"

using namespace observe;

namespace {

/// Waits for a flag, and does nothing but look at it.
void spin() {
  std::atomic<bool> flag = false;
  std::thread sets([&flag] {
    sleep_for(0.0005);
    flag = true;
  });
  while (!flag) {
  }
  sets.join();
}

/// The same with a clock, which is no doubt.
void spin_until_time() {
  const double end = reading(CLOCK_MONOTONIC) + 0.5;
  while (reading(CLOCK_MONOTONIC) < end) {
  }
  say("the time has come");
}

void receive_message() {
  const int queue = msgget(IPC_PRIVATE, 0600);
  struct {
    long type;
    char text[8];
  } message{1, "hello"};
  std::thread receives([queue] {
    decltype(message) found{};
    if (msgrcv(queue, &found, sizeof found.text, 0, 0) > 0) say("received %s", found.text);
  });
  sleep_for(1);
  msgsnd(queue, &message, sizeof message.text, 0);
  receives.join();
  msgctl(queue, IPC_RMID, nullptr);
}

void open_fifo(const std::string& path) {
  mkfifo(path.c_str(), 0600);
  std::thread opens([&path] { close(open(path.c_str(), O_RDONLY)); });
  sleep_for(1);
  close(open(path.c_str(), O_WRONLY));
  opens.join();
  say("opened");
}

/// Reads a file, and then waits for what comes from outside.
void read_file(const std::string& path) {
  char bytes[64];
  const int file = open(path.c_str(), O_RDONLY);
  if (read(file, bytes, sizeof bytes) < 0) return;
  say("read");
  if (read(STDIN_FILENO, bytes, sizeof bytes) >= 0) say("over");
}

}  // namespace

int main(int, char** words) {
  const std::string word = words[1];
  if (word == "spin") spin();
  if (word == "clock-spin") spin_until_time();
  if (word == "message") receive_message();
  if (word == "fifo") open_fifo(words[2]);
  if (word == "unknown") say("call 600: %s", outcome(syscall(600)).c_str());
  if (word == "counter") say("it grows: %s", __rdtsc() < __rdtsc() ? "yes" : "no");
  if (word == "file") read_file(words[2]);
  if (word == "signal") {
    on(SIGUSR1, say_signal);
    say("ready");
    char byte = 0;
    say("read: %s", outcome(read(STDIN_FILENO, &byte, 1)).c_str());
  }
}
