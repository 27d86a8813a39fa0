#include "child.h"

#include <string>

#include <gtest/gtest.h>

namespace castaway::ci {
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
