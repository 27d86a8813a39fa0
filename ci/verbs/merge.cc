// merge: makes one exploration of its shards.

#include <algorithm>

#include <fmt/format.h>

#include "campaign/exploration_report.h"
#include "cli/shared_options.h"
#include "cli/text.h"
#include "cli/usage_error.h"
#include "cli/verb.h"
#include "files/output_file.h"

namespace castaway::ci {

namespace {

std::string missing(const Campaigns& all) {
  std::vector<std::string> numbers;
  for (std::uint64_t index = 0; index < all.head.shard.of; ++index) {
    const Shard shard{index, all.head.shard.of};
    if (std::ranges::count(all.shards, shard) == 0)
      numbers.push_back(fmt::format("{}/{}", index + 1, shard.of));
  }
  return numbers.empty() ? "" : wrap("  ", "shards that are not there: " + listed(numbers));
}

class Merge final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {.name = "merge",
            .summary = "Adds up the shards of an exploration.",
            .arguments = "FILE...",
            .text =
                "What comes out is what one machine would have found with all the runs. Shards "
                "of other campaigns, and a shard given twice, are refused; what is missing is "
                "said.",
            .examples = {{"castaway merge castaway-out/explore-*.jsonl", "all that are here"},
                         {"castaway merge a.jsonl b.jsonl --out found", "findings go elsewhere"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {{"FILE", "what explore --shard wrote", &files_},
            out_option(&out_),
            verbose_option(&verbose_, "all that was never reached")};
  }

  void check_options() override {
    if (files_.empty()) throw UsageError("merge: which files? Those that explore --shard wrote");
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    InputProblems problems;
    Campaigns all = read_campaigns(files_, problems);
    if (problems.any()) console.complain(problems.lines());
    if (all.shards.empty()) return problems.code();
    const std::string absent = missing(all);
    all.head.shard = {};
    const ExitCode kept = written(console, [&] {
      for (const auto& [key, found] : all.tally.found)
        replace_file(file_of(found, out_), found.file);
    });
    // Parts of an enumeration are no enumeration.
    if (!absent.empty()) {
      for (auto& [name, certificate] : all.tally.certificates) certificate.finished = false;
    }
    ExitCode code = worse(worse(problems.code(), kept), exit_code(all.head, all.tally));
    if (!absent.empty()) code = worse(code, ExitCode::undecided);
    console.say(campaign_head(all.head) + '\n' +
                campaign_text(all.head, all.tally, out_, verbose_) + absent +
                (problems.any() ? wrap("  ", problems.in_short()) : "") +
                fmt::format("  {} merged\nexit {}\n", count(all.shards.size(), "shard"),
                            static_cast<int>(code)));
    return code;
  }

 private:
  std::vector<std::string> files_;
  std::string out_{default_out};
  bool verbose_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_merge() { return std::make_unique<Merge>(); }

}  // namespace castaway::ci
