#include "exploration_report.h"

#include <algorithm>

#include <fmt/format.h>

#include "castaway/check/laws.h"
#include "castaway/scenario/classic_breaches.h"

#include "cli/text.h"
#include "cli/version.h"

namespace castaway::ci {

namespace {

constexpr std::size_t most_gaps = 12;

bool is_exhaustive(const CampaignHead& head) { return head.strategy == "exhaustive"; }

std::string finding_block(const Found& found, const std::string& out) {
  const std::string path = file_of(found, out);
  return styled(Style::red, "FOUND") +
         fmt::format("  {}   first in run {} ({}), seen in {}\n", found.property,
                     grouped(found.run), found.how, count(found.times, "run")) +
         found.verdict +
         fmt::format("       {0} replay {1}\n       {0} shrink {1}\n\n", command_name(),
                     shell_word(path));
}

std::string fault_block(const Fault& fault) {
  return styled(Style::red, "BROKEN") +
         fmt::format("  our own fault, run {}: {}\n", grouped(fault.run), fault.where) +
         wrap("        ", fault.what) + '\n';
}

std::string certificate_line(const std::string& name, const sim::Certificate& certificate,
                             const CampaignHead& head) {
  const std::string within =
      fmt::format("with at most {} and {}", count(head.bounds.faults, "fault"),
                  count(head.bounds.orders, "change"));
  const std::string mapped =
      certificate.mapped == 0
          ? ""
          : fmt::format(", {} of them with more than four answers, of which four were tried",
                        grouped(certificate.mapped));
  const std::string made =
      certificate.same == 0
          ? ""
          : fmt::format(": {} made, and {} not, each the same as one of these, event for event",
                        grouped(certificate.runs), grouped(certificate.same));
  const std::string runs = count(certificate.runs + certificate.same, "run");
  if (!certificate.finished) {
    return wrap("  ",
                fmt::format("{}: {} {} of order{}; there are more", name, runs, within, made));
  }
  return wrap("  ", fmt::format("{}: all {} {} of order{}; at most {}{}; digest {}", name, runs,
                                within, made, count(certificate.questions, "question"), mapped,
                                hex(certificate.digest)));
}

/// Of each family the steps at which it was never seen, or laws that never met it.
std::string gaps(const Tally& tally, bool verbose) {
  std::map<std::string, std::set<std::string>> by_gap;  // what is missing, and for which laws
  std::map<std::string, std::size_t> laws;              // of a family
  for (const auto& [law, family] : tally.grounds) {
    ++laws[family];
    for (const std::string_view step : scenario::steps_of(family)) {
      if (!tally.cells.contains({law, {family, std::string(step)}}))
        by_gap[fmt::format("{}, {}", family, step)].insert(law);
    }
  }
  std::string text;
  std::size_t shown = 0;
  for (const auto& [gap, missing] : by_gap) {
    if (!verbose && shown++ == most_gaps) {
      return text + fmt::format("    and {} more; -v names them\n", by_gap.size() - most_gaps);
    }
    const bool for_all = missing.size() == laws[gap.substr(0, gap.find(','))];
    text += wrap("    ", gap + (for_all ? "" : " by " + listed({missing.begin(), missing.end()})));
  }
  return text;
}

std::string coverage_text(const Tally& tally, bool verbose) {
  const Coverage coverage = coverage_of(tally);
  if (coverage.all == 0) return "";
  std::string text = fmt::format("  coverage: {} of {} of law, fault and step of the protocol\n",
                                 grouped(coverage.reached), count(coverage.all, "cell"));
  const std::string missing = gaps(tally, verbose);
  return missing.empty() ? text : text + "  never reached:\n" + missing;
}

/// The kinds of findings once more, by what tells them apart, the first found first.
std::string first_found(const Tally& tally) {
  if (tally.found.empty()) return "";
  std::vector<std::pair<std::uint64_t, std::string>> lines;
  for (const auto& [key, found] : tally.found) {
    // Behind the last space is a number, of the kind of operation: the words say that, too.
    const std::string kind = key.substr(0, key.rfind(' '));
    lines.emplace_back(found.run, fmt::format("run {} ({}), seen in {}: {}", grouped(found.run),
                                              found.how, count(found.times, "run"), kind));
  }
  std::ranges::sort(lines);
  std::string text = "  first found (X is a name, N a number):\n";
  for (const auto& [run, line] : lines) text += wrap("    ", line);
  return text;
}

/// The ways in which oslo.messaging breaks its promise, whether or not a law says so.
std::string breaches_text(const CampaignHead& head, const Tally& tally) {
  const bool is_classic = std::ranges::count(head.profiles, "classic") != 0;
  if (!is_classic && tally.breaches.empty()) return "";
  std::string text = "  how oslo.messaging breaks its promise, in profile classic:\n";
  for (const scenario::ClassicBreach breach : scenario::all_classic_breaches) {
    const auto seen = tally.breaches.find(std::string(to_string(breach)));
    const std::string when =
        seen == tally.breaches.end()
            ? "not seen"
            : fmt::format("first in run {}, seen in {}", grouped(seen->second.first),
                          count(seen->second.times, "run"));
    text += wrap("    ", fmt::format("{}, {}: {}", to_string(breach), when, in_words(breach)));
  }
  return text;
}

bool is_generated(const CampaignHead& head) { return !head.profiles.empty(); }

bool judged_something(const Tally& tally) {
  return std::ranges::any_of(tally.judged, [](const auto& law) { return law.second > 0; });
}

/// What a clean campaign is worth, law by law: a run that a law did not judge says nothing of it.
std::string residual_risk(const CampaignHead& head, const Tally& tally) {
  if (!tally.found.empty() || !judged_something(tally) || is_exhaustive(head)) return "";
  std::vector<std::pair<std::uint64_t, std::string>> laws;
  std::vector<std::string> silent;
  std::uint64_t others = 0;
  for (const auto& [law, runs] : tally.judged) {
    // What one generated scenario expects no other does.
    if (is_generated(head) && check::find_law(law) == nullptr) {
      others += runs > 0 ? 1 : 0;
    } else if (runs == 0) {
      silent.push_back(law);
    } else {
      laws.emplace_back(runs, law);
    }
  }
  std::ranges::sort(laws, std::greater<>());
  std::vector<std::string> words;
  for (const auto& [runs, law] : laws) words.push_back(fmt::format("{} {}", law, grouped(runs)));
  if (others > 0)
    words.push_back(fmt::format("{} of single scenarios",
                                others == 1 ? "a property" : grouped(others) + " properties"));
  std::string text = wrap(
      "  ", fmt::format("no finding in {}. With 95 % confidence fewer than 3 in so many runs like "
                        "these would break a law as it judged: {}",
                        count(tally.runs, "run"), listed(words)));
  if (!silent.empty())
    text += wrap("  ", fmt::format("judged nothing in any run, so that nothing is known of {}",
                                   listed(silent)));
  return text;
}

/// Why the campaign is undecided, where it is.
std::string undecided(const CampaignHead& head, const Tally& tally) {
  if (tally.runs == 0) return "  undecided: no run was made\n";
  std::string text;
  if (!judged_something(tally)) text += "  undecided: no property judged anything in any run\n";
  for (const auto& [name, certificate] : tally.certificates) {
    if (!is_exhaustive(head) || certificate.finished) continue;
    text += wrap("  ", fmt::format("undecided: there are more runs of {} than were made", name));
  }
  return text;
}

std::string sums(const Tally& tally) {
  std::vector<std::string> strategies;
  for (const auto& [name, runs] : tally.strategies)
    strategies.push_back(fmt::format("{} {}", name, grouped(runs)));
  std::string text = fmt::format("{}, {} distinct; {}\n", count(tally.runs, "run"),
                                 grouped(tally.hashes.size()), count(tally.events, "event"));
  text += wrap("  ", "by " + listed(strategies));
  text += fmt::format("  {} made twice, the second time from {} deviations{}\n",
                      grouped(tally.repeated), tally.repeated == 1 ? "its" : "their",
                      tally.faults.empty() ? ": all the same" : "");
  // A healthy campaign hardly ever makes the same run again.
  if (tally.hashes.size() * 2 < tally.runs)
    text += "  most runs are repetitions: there is little left to vary\n";
  return text;
}

}  // namespace

std::string campaign_head(const CampaignHead& head) {
  const std::string what = head.subjects.empty()
                               ? "generated scenarios, profile " + listed(head.profiles)
                               : count(head.subjects.size(), "scenario and profile");
  const std::string shard =
      head.shard.of == 1 ? "" : fmt::format("   shard {}/{}", head.shard.index + 1, head.shard.of);
  return fmt::format("castaway {}   strategy {}   seed {}   {}{}\n", head.version, head.strategy,
                     head.seed, what, shard);
}

std::string campaign_text(const CampaignHead& head, const Tally& tally, const std::string& out,
                          bool verbose) {
  std::vector<Found> found;
  for (const auto& [key, one] : tally.found) found.push_back(one);
  std::ranges::stable_sort(found, {}, &Found::run);
  std::string text;
  for (const Found& one : found) text += finding_block(one, out);
  for (const Fault& fault : tally.faults) text += fault_block(fault);
  text += sums(tally) + first_found(tally) + breaches_text(head, tally);
  if (!tally.certificates.empty()) text += "  exhaustive:\n";
  for (const auto& [name, certificate] : tally.certificates)
    text += certificate_line(name, certificate, head);
  return text + coverage_text(tally, verbose) + residual_risk(head, tally) + undecided(head, tally);
}

std::string file_of(const Found& found, const std::string& out) {
  return fmt::format("{}/{}.{}.json", out, found.name, found.run);
}

ExitCode exit_code(const CampaignHead& head, const Tally& tally) {
  ExitCode code = ExitCode::fine;
  if (!tally.faults.empty()) code = worse(code, ExitCode::broken);
  if (!tally.found.empty()) code = worse(code, ExitCode::failed);
  // Nothing was judged, or not all of what was to be gone through.
  if (!judged_something(tally)) code = worse(code, ExitCode::undecided);
  for (const auto& [name, certificate] : tally.certificates) {
    if (is_exhaustive(head) && !certificate.finished) code = worse(code, ExitCode::undecided);
  }
  return code;
}

Coverage coverage_of(const Tally& tally) {
  std::set<scenario::Cell> all;
  for (const auto& [law, family] : tally.grounds) {
    for (const std::string_view step : scenario::steps_of(family))
      all.insert({law, {family, std::string(step)}});
  }
  // What was seen is possible, whether or not anybody thought of it.
  Coverage coverage;
  for (const auto& [cell, runs] : tally.cells) {
    if (!tally.grounds.contains({cell.law, cell.strike.family})) continue;
    ++coverage.reached;
    all.insert(cell);
  }
  coverage.all = all.size();
  return coverage;
}

}  // namespace castaway::ci
