#include "clock_page.h"

#include <bit>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <sys/ipc.h>
#include <sys/shm.h>

// The pages as they are copied: one of code, one of data. They find each other by their distance.
asm(R"(
.pushsection .text
.balign 4096
castaway_clock_code:

castaway_clock_gettime:           # edi: clock, rsi: timespec*
  cmp $11, %edi
  ja 9f                           # a clock of another process, a thread, a device
  mov $0x8f3, %eax                # 0, 1, 4, 5, 6, 7 and 11: what is in the page
  bt %edi, %eax
  jnc 9f
  lea castaway_clock_data(%rip), %rdx
  decq 32(%rdx)
  js 9f
  mov $0x821, %eax                # of these 0, 5 and 11 are the real one
  bt %edi, %eax
  jc 1f
  add $16, %rdx
1: mov (%rdx), %rax
  mov %rax, (%rsi)
  mov 8(%rdx), %rax
  mov %rax, 8(%rsi)
  xor %eax, %eax
  ret
9: mov $228, %eax
  syscall
  ret

.balign 64
castaway_clock_gettimeofday:      # rdi: timeval*, rsi: timezone*
  lea castaway_clock_data(%rip), %rdx
  decq 32(%rdx)
  js 9f
  test %rsi, %rsi
  jnz 9f
  test %rdi, %rdi
  jz 9f
  mov (%rdx), %rax
  mov %rax, (%rdi)
  mov 8(%rdx), %rax               # nanoseconds to microseconds: by a reciprocal
  mov $274877907, %rdx
  imul %rdx, %rax
  shr $38, %rax
  mov %rax, 8(%rdi)
  xor %eax, %eax
  ret
9: mov $96, %eax
  syscall
  ret

.balign 64
castaway_clock_time:              # rdi: time_t*
  lea castaway_clock_data(%rip), %rdx
  decq 32(%rdx)
  js 9f
  mov (%rdx), %rax
  test %rdi, %rdi
  jz 1f
  mov %rax, (%rdi)
1: ret
9: mov $201, %eax
  syscall
  ret

.balign 64
castaway_clock_getcpu:            # rdi: unsigned* cpu, rsi: unsigned* node
  test %rdi, %rdi
  jz 1f
  movl $0, (%rdi)
1: test %rsi, %rsi
  jz 2f
  movl $0, (%rsi)
2: xor %eax, %eax
  ret

.balign 64
castaway_clock_getrandom:         # there is none here: ENOSYS, and libc makes the call
  mov $-38, %rax
  ret

.balign 4096
castaway_clock_data:
  .quad 0, 0, 0, 0, 0
.balign 4096
.popsection
)");

extern "C" {
extern const char castaway_clock_code[], castaway_clock_data[];
extern const char castaway_clock_gettime[], castaway_clock_gettimeofday[], castaway_clock_time[],
    castaway_clock_getcpu[], castaway_clock_getrandom[];
}

namespace castaway::virtual_time {
namespace {

constexpr std::size_t page = 4096;

struct Data {
  timespec real;
  timespec monotonic;
  std::int64_t reads_left;
};

std::uint64_t offset_of(const char* symbol) {
  return static_cast<std::uint64_t>(symbol - castaway_clock_code);
}

volatile Data& data_in(char* pages) { return *reinterpret_cast<volatile Data*>(pages + page); }

}  // namespace

const ClockPage::Entry ClockPage::entries[] = {
    {"__vdso_clock_gettime", offset_of(castaway_clock_gettime)},
    {"__vdso_gettimeofday", offset_of(castaway_clock_gettimeofday)},
    {"__vdso_time", offset_of(castaway_clock_time)},
    {"__vdso_getcpu", offset_of(castaway_clock_getcpu)},
    {"__vdso_getrandom", offset_of(castaway_clock_getrandom)},
};

ClockPage::ClockPage() : id_(shmget(IPC_PRIVATE, 2 * page, IPC_CREAT | 0600)) {
  if (id_ < 0) throw std::system_error(errno, std::generic_category(), "shmget");
  void* const at = shmat(id_, nullptr, 0);
  const int error = errno;
  // It goes with its last user, however that ends.
  shmctl(id_, IPC_RMID, nullptr);
  if (std::bit_cast<std::intptr_t>(at) == -1)
    throw std::system_error(error, std::generic_category(), "shmat");
  pages_ = static_cast<char*>(at);
  std::memcpy(pages_, castaway_clock_code, page);
  count_anew();
}

ClockPage::~ClockPage() { shmdt(pages_); }

void ClockPage::set(Time real, Time monotonic) {
  volatile Data& data = data_in(pages_);
  data.real.tv_sec = real / 1s;
  data.real.tv_nsec = real % 1s / 1ns;
  data.monotonic.tv_sec = monotonic / 1s;
  data.monotonic.tv_nsec = monotonic % 1s / 1ns;
  count_anew();
}

bool ClockPage::is_used_up() const { return data_in(pages_).reads_left < 0; }

void ClockPage::count_anew() { data_in(pages_).reads_left = reads_before_a_call; }

std::string jump_to(std::uint64_t target) {
  std::string code = "\x48\xb8";  // movabs $target, %rax
  code.append(reinterpret_cast<const char*>(&target), sizeof target);
  return code + "\xff\xe0";  // jmp *%rax
}

}  // namespace castaway::virtual_time
