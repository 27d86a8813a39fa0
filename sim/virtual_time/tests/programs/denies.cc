// vt_denies CALL -- COMMAND...: runs a command that may not make a system call. The call fails with
// EPERM; of unshare and clone only what a namespace is made by, as "unshare:user", "unshare:net".

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <string>

#include <sched.h>
#include <seccomp.h>
#include <unistd.h>

namespace {

/// Whether there is such a rule, and it has been added.
bool deny(scmp_filter_ctx filter, const std::string& what) {
  const std::size_t colon = what.find(':');
  const std::string space = colon == std::string::npos ? "" : what.substr(colon + 1);
  const int call = seccomp_syscall_resolve_name(what.substr(0, colon).c_str());
  if (call < 0) return false;
  if (space.empty()) return seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), call, 0) == 0;
  const unsigned long flag = space == "user"  ? CLONE_NEWUSER
                             : space == "pid" ? CLONE_NEWPID
                             : space == "net" ? CLONE_NEWNET
                                              : 0;
  const scmp_arg_cmp first{.arg = 0, .op = SCMP_CMP_MASKED_EQ, .datum_a = flag, .datum_b = flag};
  return flag != 0 && seccomp_rule_add_array(filter, SCMP_ACT_ERRNO(EPERM), call, 1, &first) == 0;
}

}  // namespace

int main(int argc, char** argv) {
  const scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
  int at = 1;
  for (; at < argc && std::strcmp(argv[at], "--") != 0; ++at) {
    if (deny(filter, argv[at])) continue;
    std::fprintf(stderr, "vt_denies: no rule for %s\n", argv[at]);
    return 99;
  }
  if (at + 1 >= argc || seccomp_load(filter) != 0) return 99;
  execv(argv[at + 1], argv + at + 1);
  std::perror(argv[at + 1]);
  return 99;
}
