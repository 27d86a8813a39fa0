#include "summary.h"

#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "party.h"

namespace castaway::soak {
namespace {

using nlohmann::ordered_json;

constexpr Duration recovers_within = 30s;

double seconds(Duration duration) { return std::chrono::duration<double>(duration).count(); }

std::string line(const char* profile, const Report& report) {
  const Account& account = report.account;
  return fmt::format(
      "  {:8} {} calls, {} casts, {} fanouts: {} ok, {} in doubt, {} refused\n"
      "           {} ran twice, {} ran though refused, {} answered though they never ran\n"
      "           slowest operation {:.1f} s, slowest recovery {:.1f} s\n",
      profile, account.calls, account.casts, account.fanouts, account.done, account.in_doubt,
      account.refused, account.ran_twice, account.ran_though_refused,
      account.answered_though_it_never_ran, seconds(report.slowest),
      seconds(report.slowest_recovery));
}

ordered_json json_of(const Report& report) {
  const Account& account = report.account;
  return {{"calls", account.calls},
          {"casts", account.casts},
          {"fanouts", account.fanouts},
          {"ok", account.done},
          {"in_doubt", account.in_doubt},
          {"refused", account.refused},
          {"ran_twice", account.ran_twice},
          {"ran_though_refused", account.ran_though_refused},
          {"answered_though_it_never_ran", account.answered_though_it_never_ran},
          {"slowest_s", seconds(report.slowest)},
          {"slowest_recovery_s", seconds(report.slowest_recovery)}};
}

ordered_json json_of(const std::optional<Vitals>& vitals) {
  if (!vitals) return nullptr;
  return {{"rss_kib", vitals->rss_kib},
          {"fds", vitals->fds},
          {"threads", vitals->threads},
          {"remembered_ids", vitals->remembered_ids}};
}

}  // namespace

void judge(Summary& summary) {
  const Account& account = summary.strict.account;
  const auto complain = [&summary](std::uint64_t count, const char* what) {
    if (count > 0) summary.wrong.push_back(fmt::format("strict: {} {}", count, what));
  };
  complain(account.ran_twice, "operations ran twice");
  complain(account.ran_though_refused, "operations ran although their caller was told: never");
  complain(account.answered_though_it_never_ran, "calls were answered that no server ran");
  if (account.done == 0) summary.wrong.emplace_back("strict: nothing was done");
  if (summary.strict.slowest > timeout + grace)
    summary.wrong.push_back(fmt::format("strict: an operation took {:.1f} s, and {} is its timeout",
                                        seconds(summary.strict.slowest),
                                        castaway::to_string(timeout)));
  if (summary.strict.slowest_recovery > recovers_within)
    summary.wrong.push_back(fmt::format("strict: a recovery took {:.1f} s, more than {}",
                                        seconds(summary.strict.slowest_recovery),
                                        castaway::to_string(recovers_within)));
  if (!summary.first || !summary.last) return;
  for (std::string& leak : leaks(*summary.first, *summary.last))
    summary.wrong.push_back(std::move(leak));
}

std::string to_string(const Summary& summary) {
  std::string text =
      fmt::format("soak: {:.0f} s, {} restarts of the broker{}\n", seconds(summary.time),
                  summary.restarts, summary.interrupted ? ", interrupted" : "");
  text += line("strict", summary.strict) + line("classic", summary.classic);
  if (summary.first) text += "  first    " + to_string(*summary.first) + '\n';
  if (summary.last) text += "  last     " + to_string(*summary.last) + '\n';
  for (const std::string& each : summary.wrong) text += "  WRONG    " + each + '\n';
  return text + (summary.wrong.empty() ? "  all is well\n" : "");
}

std::string to_json(const Summary& summary) {
  const ordered_json json = {{"soak", 1},
                             {"time_s", seconds(summary.time)},
                             {"restarts", summary.restarts},
                             {"interrupted", summary.interrupted},
                             {"strict", json_of(summary.strict)},
                             {"classic", json_of(summary.classic)},
                             {"first", json_of(summary.first)},
                             {"last", json_of(summary.last)},
                             {"wrong", summary.wrong}};
  return json.dump() + '\n';
}

}  // namespace castaway::soak
