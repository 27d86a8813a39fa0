#include "program_start.h"

#include <algorithm>
#include <cstring>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include <elf.h>
#include <fcntl.h>
#include <sys/shm.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "tracer.h"
#include "world/world.h"

namespace castaway::virtual_time {
namespace {

/// Writes where the process itself could not: its program text.
bool write_text(pid_t thread, Address to, const std::string& bytes) {
  const int memory =
      open(("/proc/" + std::to_string(thread) + "/mem").c_str(), O_WRONLY | O_CLOEXEC);
  if (memory < 0) return false;
  const ssize_t written = pwrite(memory, bytes.data(), bytes.size(), static_cast<off_t>(to));
  close(memory);
  return written == static_cast<ssize_t>(bytes.size());
}

/// The auxiliary vector: what the kernel tells a program that begins. By its place in memory.
std::map<Address, Elf64_auxv_t> auxiliary_vector(const Thread& thread) {
  const Memory memory = thread.memory();
  Address at = thread.registers.rsp;
  const auto count = memory.get<std::uint64_t>(at);
  if (!count) return {};
  // Arguments, a null, the environment, a null.
  at += 8 * (*count + 2);
  while (memory.get<Address>(at).value_or(0) != 0) at += 8;
  std::map<Address, Elf64_auxv_t> entries;
  for (at += 8;; at += sizeof(Elf64_auxv_t)) {
    const auto entry = memory.get<Elf64_auxv_t>(at);
    if (!entry || entry->a_type == AT_NULL) return entries;
    entries[at] = *entry;
  }
}

/// The functions of the vdso, by name.
std::map<std::string, Address> vdso_functions(const Thread& thread, Address base) {
  constexpr std::size_t size_of_vdso = 8192;
  std::vector<char> image = thread.memory().array<char>(base, size_of_vdso);
  if (image.empty()) image = thread.memory().array<char>(base, size_of_vdso / 2);
  std::map<std::string, Address> functions;
  if (image.size() < sizeof(Elf64_Ehdr)) return functions;
  const auto* const head = reinterpret_cast<const Elf64_Ehdr*>(image.data());
  const std::size_t end_of_sections = head->e_shoff + head->e_shnum * sizeof(Elf64_Shdr);
  if (head->e_shoff % alignof(Elf64_Shdr) != 0 || end_of_sections > image.size()) return functions;
  const auto* const sections = reinterpret_cast<const Elf64_Shdr*>(image.data() + head->e_shoff);
  for (unsigned i = 0; i < head->e_shnum; ++i) {
    const Elf64_Shdr& section = sections[i];
    if (section.sh_type != SHT_DYNSYM || section.sh_link >= head->e_shnum) continue;
    const Elf64_Shdr& names = sections[section.sh_link];
    for (std::size_t at = 0; at + sizeof(Elf64_Sym) <= section.sh_size; at += sizeof(Elf64_Sym)) {
      Elf64_Sym symbol;
      if (section.sh_offset + at + sizeof symbol > image.size()) break;
      std::memcpy(&symbol, image.data() + section.sh_offset + at, sizeof symbol);
      const std::size_t name = names.sh_offset + symbol.st_name;
      if (name >= image.size() || symbol.st_value == 0) continue;
      const char* const text = image.data() + name;
      functions[std::string(text, strnlen(text, image.size() - name))] = base + symbol.st_value;
    }
  }
  return functions;
}

/// The functions that read clocks jump to the pages that all processes share. False if that is
/// not possible: then the program gets on without a vdso, by system calls.
bool give_clock(World& world, Thread& thread, Address vdso) {
  const auto functions = vdso_functions(thread, vdso);
  const auto any = functions.find("__vdso_clock_gettime");
  if (any == functions.end()) return false;
  if (!write_text(thread.id, any->second, "\x0f\x05")) return false;
  const long pages = make_call(thread, any->second, SYS_shmat,
                               {static_cast<std::uint64_t>(world.clock.page().id()), 0, SHM_EXEC});
  if (pages < 0 && pages > -4096) return false;
  return std::ranges::all_of(ClockPage::entries, [&](const ClockPage::Entry& entry) {
    const auto function = functions.find(entry.name);
    return function == functions.end() ||
           write_text(thread.id, function->second,
                      jump_to(static_cast<Address>(pages) + entry.offset));
  });
}

std::string name_of(pid_t process) {
  std::ifstream file("/proc/" + std::to_string(process) + "/comm");
  std::string name;
  std::getline(file, name);
  return name;
}

}  // namespace

void prepare_program(World& world, Thread& thread) {
  Process& process = *thread.process;
  process.name = name_of(process.id);
  process.has_begun = true;
  process.counter_readers.clear();
  load_registers(thread);
  for (const auto& [at, entry] : auxiliary_vector(thread)) {
    if (entry.a_type == AT_RANDOM) {
      const auto bytes = process.random.bytes(16);
      if (!thread.memory().write(entry.a_un.a_val, bytes.data(), bytes.size())) continue;
    } else if (entry.a_type == AT_SYSINFO_EHDR && !give_clock(world, thread, entry.a_un.a_val)) {
      Elf64_auxv_t nothing = entry;
      nothing.a_type = AT_IGNORE;
      if (!thread.memory().put(at, nothing)) continue;
    }
  }
}

}  // namespace castaway::virtual_time
