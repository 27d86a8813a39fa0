#include "life_lines.h"

#include <map>
#include <string>

namespace castaway::scenario {

std::set<std::uint64_t> life_lines(const check::History& history) {
  std::map<check::Symbol, std::string> lines;
  for (const check::Event& event : history.events()) {
    if (event.op == 0) continue;
    std::string& line = lines[event.op];
    line += to_string(event.kind);
    if (event.kind == check::EventKind::settle || event.kind == check::EventKind::fault)
      line += '=' + detail_in_words(history, event);
    line += ' ';
  }
  std::set<std::uint64_t> hashes;
  for (const auto& [op, line] : lines) hashes.insert(check::digest(line));
  return hashes;
}

}  // namespace castaway::scenario
