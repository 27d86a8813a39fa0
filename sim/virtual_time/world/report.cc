#include "report.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace castaway::virtual_time {
namespace {

constexpr std::size_t details_kept = 8;

double seconds(Time time) { return std::chrono::duration<double>(time).count(); }

}  // namespace

const char* to_string(Doubt doubt) {
  switch (doubt) {
    case Doubt::away:
      return "away";
    case Doubt::preempted:
      return "preempted";
    case Doubt::unknown_call:
      return "unknown-call";
    case Doubt::rdtsc:
      return "rdtsc";
    case Doubt::changed_file:
      return "changed-file";
    case Doubt::outside:
      return "outside";
    case Doubt::network:
      return "network";
    case Doubt::clock:
      return "clock";
  }
  return "";
}

void Report::doubt(Doubt doubt, std::string detail) {
  Count& count = doubts_[doubt];
  ++count.times;
  if (count.details.size() < details_kept &&
      std::ranges::find(count.details, detail) == count.details.end())
    count.details.push_back(std::move(detail));
}

void Report::add_what_holds_for_all(const Report& warming_up) {
  losses_ = warming_up.losses_;
  doubts_ = warming_up.doubts_;
}

std::string Report::text(std::uint64_t seed) const {
  std::string text;
  const auto say = [&text](const std::string& line) { text += "castaway vt: " + line + '\n'; };
  for (const std::string& line : deadlock) say(line);
  if (out_of_time) say("the limit of virtual time is reached");
  for (const std::string& loss : losses_) say("without " + loss);
  say(
      fmt::format("{}, seed {}: {:.6f} s of virtual time in {:.3f} s; {} calls seen, {} waits, {} "
                  "advances; trace {:016x}",
                  deterministic() ? "deterministic" : "void", seed, seconds(virtual_time),
                  seconds(real_time), calls, waits, advances, trace));
  for (const auto& [doubt, count] : doubts_) {
    for (std::size_t i = 0; i < count.details.size(); ++i) {
      say(fmt::format("{}{} {}", i == 0 ? "void: " : "      ",
                      i == 0 ? fmt::format("{} ({}x):", to_string(doubt), count.times) : "",
                      count.details[i]));
    }
  }
  return text;
}

std::string Report::json(std::uint64_t seed, int exit_code) const {
  nlohmann::ordered_json doubts = nlohmann::ordered_json::object();
  for (const auto& [doubt, count] : doubts_)
    doubts[to_string(doubt)] = {{"times", count.times}, {"details", count.details}};
  const nlohmann::ordered_json all = {{"verdict", deterministic() ? "deterministic" : "void"},
                                      {"void", doubts},
                                      {"without", losses_},
                                      {"seed", seed},
                                      {"exit", exit_code},
                                      {"virtual_ns", virtual_time.count()},
                                      {"real_ns", real_time.count()},
                                      {"calls", calls},
                                      {"waits", waits},
                                      {"switches", switches},
                                      {"advances", advances},
                                      {"late", late},
                                      {"trace", fmt::format("{:016x}", trace)},
                                      {"deadlock", deadlock},
                                      {"out_of_time", out_of_time}};
  // Details may quote names of files, which are bytes.
  return all.dump(-1, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + '\n';
}

}  // namespace castaway::virtual_time
