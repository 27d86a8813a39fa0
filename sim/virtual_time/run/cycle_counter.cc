#include "cycle_counter.h"

#include <algorithm>
#include <cinttypes>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <vector>

#include <elf.h>

namespace castaway::virtual_time {
namespace {

/// A part of `file`; empty if it is not that long.
std::vector<char> part(std::ifstream& file, std::uint64_t from, std::uint64_t size) {
  constexpr std::uint64_t most = 1 << 20;
  std::vector<char> bytes(std::min(size, most));
  file.seekg(static_cast<std::streamoff>(from));
  if (!file.read(bytes.data(), static_cast<std::streamsize>(bytes.size()))) bytes.clear();
  return bytes;
}

/// Go's linker writes a section of that name into every program.
bool is_go_program(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  Elf64_Ehdr head{};
  if (!file.read(reinterpret_cast<char*>(&head), sizeof head)) return false;
  if (head.e_shentsize != sizeof(Elf64_Shdr) || head.e_shstrndx >= head.e_shnum) return false;
  std::vector<Elf64_Shdr> sections(head.e_shnum);
  const auto bytes = part(file, head.e_shoff, sections.size() * sizeof(Elf64_Shdr));
  if (bytes.size() != sections.size() * sizeof(Elf64_Shdr)) return false;
  std::copy(bytes.begin(), bytes.end(), reinterpret_cast<char*>(sections.data()));
  const Elf64_Shdr& names = sections[head.e_shstrndx];
  const auto text = part(file, names.sh_offset, names.sh_size);
  constexpr std::string_view go = ".go.buildinfo";
  return std::search(text.begin(), text.end(), go.begin(), go.end()) != text.end();
}

bool is_known(const std::string& path) {
  const std::string name = std::filesystem::path(path).filename();
  return name.starts_with("ld-") || name == "libjvm.so" || is_go_program(path);
}

CounterReader reader_at(pid_t thread, Address address) {
  std::ifstream maps("/proc/" + std::to_string(thread) + "/maps");
  for (std::string line; std::getline(maps, line);) {
    Address from = 0, to = 0;
    if (std::sscanf(line.c_str(), "%" SCNx64 "-%" SCNx64, &from, &to) != 2) continue;
    if (address < from || address >= to) continue;
    const std::size_t path = line.find('/');
    return {
        .from = from, .to = to, .known = path != std::string::npos && is_known(line.substr(path))};
  }
  return {.from = address, .to = address + 1};
}

}  // namespace

unsigned size_of_rdtsc(const Thread& thread) {
  const Address at = thread.registers.rip;
  const auto code = thread.memory().array<unsigned char>(at, 3);
  const auto two = thread.memory().array<unsigned char>(at, 2);
  if (two.size() == 2 && two[0] == 0x0f && two[1] == 0x31) return 2;
  if (code.size() == 3 && code[0] == 0x0f && code[1] == 0x01 && code[2] == 0xf9) return 3;
  return 0;
}

bool is_known_reader(Thread& thread) {
  const Address at = thread.registers.rip;
  std::vector<CounterReader>& readers = thread.process->counter_readers;
  const auto found = std::ranges::find_if(
      readers, [at](const CounterReader& reader) { return at >= reader.from && at < reader.to; });
  if (found != readers.end()) return found->known;
  readers.push_back(reader_at(thread.id, at));
  return readers.back().known;
}

}  // namespace castaway::virtual_time
