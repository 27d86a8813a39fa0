// Feeds bytes to everything that reads a history: its reader, the laws, and what is said of it.
// Built with libFuzzer:
//
//     cmake --preset fuzz && cmake --build --preset fuzz --target history_fuzz
//     build/fuzz/sim/check/history_fuzz -max_total_time=60 sim/check/history/fuzz/histories

#include <cstdint>
#include <cstdlib>
#include <sstream>
#include <string>

#include "castaway/check/history_reader.h"
#include "castaway/check/history_writer.h"
#include "castaway/check/laws.h"
#include "castaway/check/windowed_judge.h"

namespace {

using namespace castaway::check;

void require(bool holds) {
  if (!holds) std::abort();
}

std::string written(const History& history) {
  std::ostringstream out;
  write_jsonl(out, history);
  return std::move(out).str();
}

History read(const std::string& text) {
  std::istringstream in(text);
  return read_jsonl(in, "fuzz.jsonl");
}

/// As a program writes it that keeps only the last events.
std::string streamed(const History& history) {
  std::ostringstream out;
  HistoryWriter writer(out, history);
  for (EventIndex event = 0; event < history.events().size(); ++event) writer.add(history, event);
  writer.close(history);
  return std::move(out).str();
}

void judge_in_windows(const std::string& text) {
  std::istringstream in(text);
  HistoryReader reader(in, "fuzz.jsonl", 2);
  WindowedJudge judge(2);
  while (reader.next())
    judge.add(reader.history(), static_cast<EventIndex>(reader.history().events().size() - 1));
  judge.finish(reader.history());
  for (const Verdict& verdict : judge.verdicts()) require(!to_string(verdict, History()).empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  try {
    const History history = read(std::string(reinterpret_cast<const char*>(data), size));
    // Version 1 is read, and written as version 2.
    const std::string text = written(history);
    const History again = read(text);
    require(again.hash() == history.hash());
    require(written(again) == text);
    require(read(streamed(again)).hash() == history.hash());
    judge_in_windows(text);
    for (EventIndex event = 0; event < history.events().size(); ++event)
      require(!describe(history, event).empty());
    for (const Law& law : laws()) {
      const Verdict verdict = law.judge(history);
      require(verdict.holds() + verdict.violated() + verdict.suspected() + verdict.vacuous() == 1);
      require(!to_string(verdict, history).empty());
    }
  } catch (const HistoryError& error) {
    require(std::string(error.what()).starts_with("fuzz.jsonl:"));
  }
  return 0;
}
