#include "calls.h"

#include <cerrno>
#include <map>
#include <memory>
#include <system_error>

#include <seccomp.h>

namespace castaway::virtual_time {
namespace {

// Neither time nor chance nor another thread is in these: they are made at full speed.
constexpr const char* harmless[] = {
    // Memory.
    "brk",
    "mmap",
    "munmap",
    "mprotect",
    "mremap",
    "madvise",
    "msync",
    "mincore",
    "mlock",
    "mlock2",
    "munlock",
    "mlockall",
    "munlockall",
    "membarrier",
    "pkey_mprotect",
    "pkey_alloc",
    "pkey_free",
    "shmget",
    "shmat",
    "shmdt",
    "shmctl",
    "memfd_create",
    "memfd_secret",
    "mbind",
    "set_mempolicy",
    "get_mempolicy",
    "process_vm_readv",
    "process_vm_writev",
    "map_shadow_stack",
    "mseal",
    "remap_file_pages",
    "process_madvise",
    // Processes and threads.
    "clone",
    "clone3",
    "fork",
    "vfork",
    "execve",
    "execveat",
    "getpid",
    "getppid",
    "gettid",
    "getpgid",
    "setpgid",
    "getpgrp",
    "getsid",
    "setsid",
    "set_tid_address",
    "set_robust_list",
    "get_robust_list",
    "rseq",
    "arch_prctl",
    "prctl",
    "getpriority",
    "setpriority",
    "sched_setparam",
    "sched_getparam",
    "sched_setscheduler",
    "sched_getscheduler",
    "sched_get_priority_max",
    "sched_get_priority_min",
    "sched_rr_get_interval",
    "sched_setattr",
    "sched_getattr",
    "ioprio_set",
    "ioprio_get",
    "getrlimit",
    "setrlimit",
    "prlimit64",
    "pidfd_open",
    "pidfd_getfd",
    "kcmp",
    "personality",
    "seccomp",
    "unshare",
    "setns",
    // Who one is.
    "getuid",
    "geteuid",
    "getgid",
    "getegid",
    "getgroups",
    "setuid",
    "setgid",
    "setreuid",
    "setregid",
    "setgroups",
    "setresuid",
    "setresgid",
    "getresuid",
    "getresgid",
    "setfsuid",
    "setfsgid",
    "capget",
    "capset",
    "uname",
    "sethostname",
    "setdomainname",
    "umask",
    // Signals: those that only set something.
    "rt_sigaction",
    "rt_sigprocmask",
    "rt_sigreturn",
    "rt_sigpending",
    "sigaltstack",
    "restart_syscall",
    // Files.
    "stat",
    "fstat",
    "lstat",
    "newfstatat",
    "statx",
    "statfs",
    "fstatfs",
    "access",
    "faccessat",
    "faccessat2",
    "lseek",
    "pread64",
    "pwrite64",
    "preadv",
    "pwritev",
    "pwritev2",
    "truncate",
    "ftruncate",
    "fallocate",
    "fadvise64",
    "fsync",
    "fdatasync",
    "sync",
    "syncfs",
    "sync_file_range",
    "readahead",
    "getdents",
    "getdents64",
    "getcwd",
    "chdir",
    "fchdir",
    "mkdir",
    "mkdirat",
    "rmdir",
    "rename",
    "renameat",
    "renameat2",
    "link",
    "linkat",
    "symlink",
    "symlinkat",
    "unlink",
    "unlinkat",
    "readlink",
    "readlinkat",
    "chmod",
    "fchmod",
    "fchmodat",
    "fchmodat2",
    "chown",
    "fchown",
    "lchown",
    "fchownat",
    "utime",
    "utimes",
    "futimesat",
    "utimensat",
    "mknod",
    "mknodat",
    "chroot",
    "pivot_root",
    "mount",
    "umount2",
    "mount_setattr",
    "open_tree",
    "move_mount",
    "fsopen",
    "fsconfig",
    "fsmount",
    "fspick",
    "statmount",
    "listmount",
    "quotactl",
    "setxattr",
    "lsetxattr",
    "fsetxattr",
    "getxattr",
    "lgetxattr",
    "fgetxattr",
    "listxattr",
    "llistxattr",
    "flistxattr",
    "removexattr",
    "lremovexattr",
    "fremovexattr",
    "copy_file_range",
    "splice",
    "tee",
    "vmsplice",
    "name_to_handle_at",
    "open_by_handle_at",
    "close_range",
    "cachestat",
    "inotify_init",
    "inotify_init1",
    "inotify_add_watch",
    "inotify_rm_watch",
    // Descriptors and sockets: those that neither wait nor say anything.
    "dup",
    "dup2",
    "dup3",
    "pipe",
    "pipe2",
    "eventfd",
    "eventfd2",
    "epoll_create",
    "epoll_create1",
    "epoll_ctl",
    "ioctl",
    "socket",
    "socketpair",
    "getsockname",
    "getpeername",
    "getsockopt",
    "setsockopt",
    // Clocks and the machine: what does not change.
    "clock_getres",
};

// Programs fall back on what the supervisor sees.
constexpr const char* refused[] = {"io_uring_setup", "io_uring_enter", "io_uring_register",
                                   "futex_wait",     "futex_wake",     "futex_requeue"};

std::map<long, const Traced*> make_table() {
  std::map<long, const Traced*> table;
  for (const auto family :
       {child_calls(), clock_calls(), file_calls(), futex_calls(), lock_calls(), machine_calls(),
        poll_calls(), read_calls(), signal_calls(), socket_calls(), timer_calls(), write_calls()}) {
    for (const Traced& call : family) table[call.number] = &call;
  }
  return table;
}

/// The library may be older than the kernel.
int number_of(std::string_view name) {
  constexpr std::pair<std::string_view, int> newer[] = {
      {"cachestat", 451},  {"fchmodat2", 452},  {"map_shadow_stack", 453},
      {"futex_wake", 454}, {"futex_wait", 455}, {"futex_requeue", 456},
      {"statmount", 457},  {"listmount", 458},  {"mseal", 462}};
  const int known = seccomp_syscall_resolve_name(std::string(name).c_str());
  if (known >= 0) return known;
  for (const auto& [newer_name, number] : newer) {
    if (newer_name == name) return number;
  }
  return -1;
}

void check(int result, const char* what) {
  if (result < 0) throw std::system_error(-result, std::generic_category(), what);
}

}  // namespace

const Traced* traced_call(long number) {
  static const std::map<long, const Traced*> table = make_table();
  const auto it = table.find(number);
  return it == table.end() ? nullptr : it->second;
}

std::string call_name(long number) {
  if (const Traced* const call = traced_call(number)) return call->name;
  const std::unique_ptr<char, void (*)(void*)> name(
      seccomp_syscall_resolve_num_arch(SCMP_ARCH_NATIVE, static_cast<int>(number)), std::free);
  return name ? name.get() : "call " + std::to_string(number);
}

void install_filter() {
  const std::unique_ptr<void, void (*)(void*)> filter(seccomp_init(SCMP_ACT_TRACE(0)),
                                                      seccomp_release);
  if (!filter) throw std::system_error(ENOMEM, std::generic_category(), "seccomp_init");
  constexpr unsigned by_a_tree = 2;
  check(seccomp_attr_set(filter.get(), SCMP_FLTATR_CTL_OPTIMIZE, by_a_tree), "seccomp_attr_set");
  check(seccomp_attr_set(filter.get(), SCMP_FLTATR_ACT_BADARCH, SCMP_ACT_ERRNO(ENOSYS)),
        "seccomp_attr_set");
  const auto add = [&filter](unsigned action, const char* name) {
    const int number = number_of(name);
    if (number < 0) return;
    check(seccomp_rule_add(filter.get(), action, number, 0), name);
  };
  for (const char* const name : harmless) add(SCMP_ACT_ALLOW, name);
  for (const char* const name : refused) add(SCMP_ACT_ERRNO(ENOSYS), name);
  check(seccomp_load(filter.get()), "seccomp");
}

}  // namespace castaway::virtual_time
