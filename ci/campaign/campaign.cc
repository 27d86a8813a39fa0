#include "campaign.h"

#include <array>
#include <atomic>
#include <chrono>

#include <fmt/format.h>

#include "castaway/scenario/json.h"

#include "cli/console.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "in_order.h"
#include "jobs.h"

namespace castaway::ci {

namespace {

struct MarkWords {
  char letter;
  std::string_view one;
  std::string_view many;
  ExitCode code;
};

constexpr std::array<MarkWords, marks> mark_words = {{
    {'.', "pass", "pass", ExitCode::fine},
    {'F', "fail", "fail", ExitCode::failed},
    {'x', "expected failure", "expected failures", ExitCode::fine},
    {'v', "vacuous", "vacuous", ExitCode::undecided},
    {'?', "inconclusive", "inconclusive", ExitCode::undecided},
    {'s', "stale", "stale", ExitCode::stale},
    {'i', "interrupted", "interrupted", ExitCode::interrupted},
    {'u', "unfit", "unfit", ExitCode::bad_input},
    {'!', "broken", "broken", ExitCode::broken},
}};

const MarkWords& of(Mark mark) { return mark_words[static_cast<std::size_t>(mark)]; }

Mark mark_of(const scenario::Report& report) {
  if (report.result == scenario::Result::fail) return Mark::fail;
  // Half of the runs cannot show that a fault never fires, or that a failure never comes.
  if (report.interrupted) return Mark::interrupted;
  switch (report.result) {
    case scenario::Result::expected_fail:
      return Mark::expected_fail;
    case scenario::Result::stale:
      return Mark::stale;
    case scenario::Result::vacuous:
      return Mark::vacuous;
    case scenario::Result::inconclusive:
      return Mark::inconclusive;
    case scenario::Result::pass:
    case scenario::Result::fail:
      break;
  }
  return Mark::pass;
}

/// What a person would have been told of it.
std::string problems_of(const Selected& selected) {
  std::string lines;
  for (const scenario::Problem& problem : scenario::lint(selected.scenario)) {
    lines += fmt::format("{}{}: {}: {}", lines.empty() ? "" : "\n", selected.path, problem.pointer,
                         problem.text);
  }
  return lines;
}

class Campaign {
 public:
  Campaign(const std::vector<Item>& items, const CampaignSettings& settings, Console& console)
      : items_(items), settings_(settings), console_(console) {}

  void run(const std::function<void(ItemResult)>& done) {
    results_.run(
        job_count(settings_.jobs, items_.size()), items_.size(),
        [this](std::size_t i) { return run_one(i); }, done);
  }

 private:
  ItemResult run_one(std::size_t number) {
    using std::chrono::steady_clock;
    const Item& item = items_[number];
    ItemResult result{.item = item};
    result.report.interrupted = true;
    if (is_over()) {
      result.mark = Mark::interrupted;
      return result;
    }
    scenario::RunOptions options = settings_.run;
    std::uint64_t runs_done = 0;
    options.cut = [this] { return is_over(); };
    options.progress = [&](std::uint64_t run, std::uint64_t of) {
      runs_done = run;
      if (console_.shows_progress()) tell(number, run, of);
    };
    const auto start = steady_clock::now();
    try {
      result.report = scenario::explore(item.selected->scenario, item.profile, options);
      result.mark = mark_of(result.report);
    } catch (const std::exception& error) {
      const std::uint64_t seed = options.has_seed ? options.seed : item.selected->scenario.seed;
      const std::string problems = problems_of(*item.selected);
      result.mark = problems.empty() ? Mark::broken : Mark::unfit;
      result.report.seed = scenario::seed_of_run(seed, runs_done);
      result.fault = problems.empty() ? error.what() : problems;
    }
    result.seconds = std::chrono::duration<double>(steady_clock::now() - start).count();
    return result;
  }

  // Whatever goes wrong with a result, nobody wants the others any more.
  [[nodiscard]] bool is_over() const { return results_.abandoned() || interrupted(); }

  void tell(std::size_t number, std::uint64_t run, std::uint64_t of) {
    const Item& item = items_[number];
    results_.alone([&] {
      console_.progress(fmt::format("{} of {}  {} {}  run {} of {}", number + 1, items_.size(),
                                    item.selected->scenario.name, to_string(item.profile),
                                    grouped(run), grouped(of)));
    });
  }

  const std::vector<Item>& items_;
  const CampaignSettings& settings_;
  Console& console_;
  InOrder<ItemResult> results_;
};

}  // namespace

char letter(Mark mark) { return of(mark).letter; }
std::string words(Mark mark) { return std::string(of(mark).one); }
std::string words(Mark mark, std::uint64_t number) {
  return fmt::format("{} {}", grouped(number), number == 1 ? of(mark).one : of(mark).many);
}
ExitCode exit_code(Mark mark) { return of(mark).code; }

void run_all(const std::vector<Item>& items, const CampaignSettings& settings, Console& console,
             const std::function<void(ItemResult)>& done) {
  Campaign(items, settings, console).run(done);
}

}  // namespace castaway::ci
