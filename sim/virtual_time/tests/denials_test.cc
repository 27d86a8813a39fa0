// Systems that forbid this or that: a run goes on without what it can do without, and says so.

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

#include "outcome.h"

namespace castaway::virtual_time {
namespace {

using testing::HasSubstr;
using testing::StartsWith;

/// A run in which these system calls fail with EPERM.
Outcome run_denied(const Words& calls) {
  Words words = calls;
  words.insert(words.end(), {"--", CASTAWAY_VT, "--report", "/dev/stdout", "--", "sleep", "3600"});
  Outcome run = run_castaway_vt(words, test_program("denies"));
  if (run.exit_code == 0) run.report_text = run.out;
  return run;
}

/// The run is what it is elsewhere, and one line says what it is without.
void expect_without(const Words& calls, const std::string& loss) {
  const Outcome run = run_denied(calls);
  EXPECT_EQ(run.exit_code, 0) << run.err;
  ASSERT_THAT(run, IsDeterministic());
  EXPECT_EQ(run.report().at("virtual_ns"), 3600'000'001'000);
  EXPECT_THAT(run.err, HasSubstr("castaway vt: without " + loss));
}

/// There is no run, and one message says what is not allowed.
void expect_refusal(const Words& calls, const std::string& what) {
  const Outcome run = run_denied(calls);
  EXPECT_EQ(run.exit_code, 125);
  EXPECT_EQ(run.out, "");
  EXPECT_THAT(run.err, StartsWith("castaway vt: not allowed here:\n"));
  EXPECT_THAT(run.err, HasSubstr("  " + what + " (Operation not permitted); "));
}

TEST(WithoutNamespaces, ARunGoesOnAndSaysWhatIsLost) {
  expect_without({"unshare:net"}, "a network namespace (Operation not permitted): ");
  expect_without({"unshare:pid"}, "a process namespace (Operation not permitted): ");
  expect_without({"unshare:net", "unshare:user"}, "a user namespace (Operation not permitted): ");
  expect_without({"unshare", "clone:user", "clone:pid", "clone:net"},
                 "a process namespace (Operation not permitted): ");
}

TEST(WithoutFixedAddresses, ARunGoesOnAndSaysWhatIsLost) {
  expect_without({"personality"}, "fixed addresses (Operation not permitted): ");
}

TEST(WithoutTracing, ThereIsNoRun) {
  expect_refusal({"ptrace"}, "ptrace(2)");
  expect_refusal({"process_vm_readv"}, "process_vm_readv(2)");
  expect_refusal({"process_vm_writev"}, "process_vm_writev(2)");
  expect_refusal({"pidfd_getfd"}, "pidfd_getfd(2)");
  expect_refusal({"pidfd_open"}, "pidfd_open(2)");
  expect_refusal({"seccomp"}, "a seccomp filter");
}

TEST(WithoutSharedMemory, ThereIsNoRun) {
  const Outcome run = run_denied({"shmget"});
  EXPECT_EQ(run.exit_code, 125);
  EXPECT_EQ(run.err, "castaway vt: shmget: Operation not permitted\n");
}

}  // namespace
}  // namespace castaway::virtual_time
