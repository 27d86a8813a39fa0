#include "isolation.h"

#include <cerrno>
#include <csignal>
#include <cstring>
#include <functional>
#include <stdexcept>

#include <fcntl.h>
#include <fmt/format.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <sys/personality.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world/loopback.h"

namespace castaway::virtual_time {
namespace {

/// Runs `attempt` in a child: what it returns is 0, or an errno.
int error_in_child(const std::function<int()>& attempt) {
  const pid_t child = fork();
  if (child < 0) return errno;
  if (child == 0) _exit(attempt());
  int status = 0;
  while (waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  return WIFEXITED(status) ? WEXITSTATUS(status) : EPERM;
}

int error_of(long result) { return result < 0 ? errno : 0; }

/// A filter that stops nothing.
int try_filter() {
  sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  const sock_fprog program{.len = 1, .filter = &allow};
  if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) return errno;
  return error_of(syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program));
}

struct Need {
  const char* what;
  const char* remedy;
  int error;
};

/// Traces a child that waits, and looks at it in all the ways that a supervisor does.
std::vector<Need> try_tracing() {
  int ends[2];
  if (pipe2(ends, O_CLOEXEC) != 0) return {{"pipe", "", errno}};
  const pid_t child = fork();
  if (child == 0) {
    char byte = 0;
    close(ends[1]);
    _exit(read(ends[0], &byte, 1) < 0 ? 1 : 0);
  }
  close(ends[0]);
  std::vector<Need> needs;
  constexpr const char* capability =
      "in Docker: --cap-add SYS_PTRACE, or --security-opt seccomp=unconfined";
  const auto need = [&needs](const char* what, const char* remedy, long result) {
    if (result < 0) needs.push_back({what, remedy, errno});
  };
  need("ptrace(2)", capability, ptrace(PTRACE_SEIZE, child, 0, PTRACE_O_EXITKILL));
  char byte = 0;
  const iovec local{.iov_base = &byte, .iov_len = 1};
  const iovec remote{.iov_base = ends, .iov_len = 1};
  need("process_vm_readv(2)", capability, process_vm_readv(child, &local, 1, &remote, 1, 0));
  need("process_vm_writev(2)", capability, process_vm_writev(child, &local, 1, &remote, 1, 0));
  const long descriptor = syscall(SYS_pidfd_open, child, 0);
  need("pidfd_open(2)", "it takes Linux 5.3 or later", descriptor);
  if (descriptor >= 0) {
    const long duplicate = syscall(SYS_pidfd_getfd, descriptor, ends[1], 0);
    // The child has closed it; then the answer is EBADF, and it was allowed to ask.
    if (duplicate >= 0) close(static_cast<int>(duplicate));
    if (duplicate < 0 && errno != EBADF) need("pidfd_getfd(2)", capability, -1);
    close(static_cast<int>(descriptor));
  }
  close(ends[1]);
  kill(child, SIGKILL);
  while (waitpid(child, nullptr, __WALL) < 0 && errno == EINTR) {
  }
  return needs;
}

void write_file(const char* path, const std::string& text) {
  const int file = open(path, O_WRONLY | O_CLOEXEC);
  if (file < 0) return;
  if (write(file, text.data(), text.size()) < 0) {
  }
  close(file);
}

/// A user namespace in which one is who one was.
int enter_user_namespace() {
  const uid_t user = geteuid();
  const gid_t group = getegid();
  if (unshare(CLONE_NEWUSER) != 0) return errno;
  write_file("/proc/self/setgroups", "deny");
  write_file("/proc/self/uid_map", fmt::format("{} {} 1", user, user));
  write_file("/proc/self/gid_map", fmt::format("{} {} 1", group, group));
  return 0;
}

void demand_tracing() {
  std::vector<Need> needs = try_tracing();
  if (const int error = error_in_child(try_filter); error != 0)
    needs.push_back({"a seccomp filter", "the kernel needs CONFIG_SECCOMP_FILTER", error});
  if (needs.empty()) return;
  std::string text = "not allowed here:";
  for (const Need& need : needs)
    text += fmt::format("\n  {} ({}); {}", need.what, std::strerror(need.error), need.remedy);
  throw NotAllowed(text);
}

}  // namespace

Isolation isolate(Report& report) {
  demand_tracing();
  Isolation isolation;
  const auto denied = [&report](const char* what, int error, const char* lost) {
    report.lose(fmt::format("{} ({}): {}", what, std::strerror(error), lost));
  };
  const auto get = [](int flags) { return unshare(flags) == 0 ? 0 : errno; };
  // Root needs no user namespace for the others; anyone else does.
  if (error_in_child([] { return error_of(unshare(CLONE_NEWNET)); }) != 0) {
    if (const int error = error_in_child(enter_user_namespace); error != 0) {
      denied("a user namespace", error, "without it the others below take root");
    } else {
      enter_user_namespace();
    }
  }
  if (const int error = get(CLONE_NEWNET); error != 0) {
    denied("a network namespace", error,
           "ports are shared with this machine, and may be taken by others");
  } else {
    isolation.own_network = true;
    Loopback::bring_up_loopback();
  }
  const auto fix_addresses = [] { return error_of(personality(ADDR_NO_RANDOMIZE)); };
  if (const int error = error_in_child(fix_addresses); error != 0) {
    denied("fixed addresses", error, "what depends on addresses in memory differs from run to run");
  } else {
    isolation.fixed_addresses = true;
  }
  // From here on no child may end before there is a FirstProcess: the first one is needed.
  if (const int error = get(CLONE_NEWPID); error != 0) {
    denied("a process namespace", error, "process numbers differ from run to run");
  } else {
    isolation.own_processes = true;
  }
  return isolation;
}

}  // namespace castaway::virtual_time
