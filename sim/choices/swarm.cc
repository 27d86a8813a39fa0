#include <string>
#include <utility>

#include "castaway/sim/strategies.h"

namespace castaway::sim {
namespace {

/// Takes the last part of a name off.
std::string_view take_last(std::string_view& name) {
  const std::size_t slash = name.rfind('/');
  if (slash == std::string_view::npos) return std::exchange(name, std::string_view());
  const std::string_view last = name.substr(slash + 1);
  name = name.substr(0, slash);
  return last;
}

}  // namespace

std::string_view family_of(const Question& question) {
  std::string_view name = question.name;
  std::string_view last = take_last(name);
  if (last == "by" || last == "enter" || last == "leave" || last.starts_with("bit-")) {
    last = take_last(name);
    // A damaged bit belongs to ".../rule/by/bit-1".
    return last == "by" ? take_last(name) : last;
  }
  return question.about == Choice::delay ? "latency" : last;
}

std::uint64_t Swarm::answer(const Question& question) {
  const std::string family = "swarm/" + std::string(family_of(question));
  return keyed_hash(seed_, family) % 2 == 0 ? 0 : random_.answer(question);
}

}  // namespace castaway::sim
