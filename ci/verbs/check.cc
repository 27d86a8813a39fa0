// check: judges histories, without a run.

#include <algorithm>
#include <iostream>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "castaway/check/history_reader.h"
#include "castaway/check/laws.h"
#include "castaway/check/text.h"
#include "castaway/check/windowed_judge.h"
#include "castaway/nearest.h"

#include "cli/files.h"
#include "cli/shared_options.h"
#include "cli/signals.h"
#include "cli/text.h"
#include "cli/usage_error.h"
#include "cli/verb.h"
#include "histories/foreign_format.h"
#include "histories/hints.h"
#include "histories/laws_named.h"
#include "histories/verdict_lines.h"
#include "histories/verdict_text.h"
#include "report/argument.h"
#include "report/timeline.h"

namespace castaway::ci {

namespace {

using check::History;
using check::Verdict;

std::string_view ending_in_words(check::Ending ending) {
  switch (ending) {
    case check::Ending::quiescent:
      return "until nothing was left to do";
    case check::Ending::limit:
      return "up to its time limit, with work left";
    case check::Ending::livelock:
      return "until time stood still";
    case check::Ending::cut:
      break;
  }
  return "until it was cut off";
}

/// What is judged as a whole has to fit into memory, where it takes a third more than in its file.
const InputFile::Limit whole = {std::uint64_t{2} << 30U,
                                "it is larger than 2 GiB; --window judges it in parts"};

/// `how` is what else there is to say: the hash, or the windows.
std::string head(const std::string& path, const check::Head& history, std::size_t events,
                 const std::string& how) {
  std::string what = count(events, "event");
  if (!history.scenario.empty()) what += ", scenario " + history.scenario;
  if (!history.profile.empty()) what += ", profile " + history.profile;
  if (history.seed != 0) what += fmt::format(", seed {}", history.seed);
  what += fmt::format(", {}, {}", ending_in_words(history.ending), how);
  return styled(Style::bold, path) + '\n' + wrap("  ", what) + '\n';
}

struct Judged {
  std::string text = {};
  ExitCode code = ExitCode::fine;
};

/// What there is to say of a history, and the history that its events are looked up in.
struct Judgement {
  std::string head = {};
  std::vector<Verdict> verdicts = {};
  std::string remark = {};
  History history = {};
};

/// By the laws of these names; by all that hold in every run if there are none.
Judgement judge_whole(std::istream& in, const std::string& name, const std::string& path,
                      const std::vector<const check::Law*>& laws) {
  Judgement judgement{.history = check::read_jsonl(in, name)};
  const History& history = judgement.history;
  judgement.head = head(path, history, history.events().size(), "hash " + hex(history.hash()));
  if (laws.empty()) judgement.verdicts = check::judge_all(history);
  for (const check::Law* law : laws) judgement.verdicts.push_back(law->judge(history));
  for (const std::string& hint : {skew_hint(history, judgement.verdicts), until_hint(history)}) {
    if (!hint.empty()) judgement.remark += '\n' + wrap("  ", hint.substr(0, hint.size() - 1));
  }
  return judgement;
}

/// The same in windows. The steps of violations have their times: they look nothing up.
Judgement judge_windows(std::istream& in, const std::string& name, const std::string& path,
                        const std::vector<const check::Law*>& laws, std::size_t window) {
  check::HistoryReader reader(in, name, window);
  check::WindowedJudge judge(window, laws);
  while (reader.next())
    judge.add(reader.history(),
              static_cast<check::EventIndex>(reader.history().events().size() - 1));
  judge.finish(reader.history());
  const std::string how = "in windows of " + count(window, "event");
  Judgement judgement{.head = head(path, reader.history(), judge.events(), how),
                      .verdicts = judge.verdicts()};
  if (const std::size_t open = judge.left_open(); open > 0) {
    judgement.remark =
        '\n' +
        wrap("  ", fmt::format("{} had not completed when {} left the window. Whether {} ever did, "
                               "nobody judged.",
                               count(open, "operation"), open == 1 ? "its invoke" : "their invokes",
                               open == 1 ? "it" : "they"));
  }
  return judgement;
}

/// The laws that are judged only where they are asked for.
std::vector<std::string> others() {
  std::vector<std::string> names;
  for (const check::Law& law : check::laws()) {
    if (law.goal || law.duty) names.emplace_back(law.name);
  }
  return names;
}

/// `columns`: of a drawing; 0 for none.
Judged report(const Judgement& judgement, std::size_t columns, bool verbose) {
  const History& history = judgement.history;
  const std::vector<Verdict>& verdicts = judgement.verdicts;
  std::string text = judgement.head;
  for (const Verdict& verdict : verdicts) text += line_of(verdict);
  const std::vector<Broken> broken = roots_first(verdicts);
  const std::size_t most = verbose ? std::numeric_limits<std::size_t>::max() : 1;
  if (!broken.empty()) text += '\n' + argue(broken, history, "  ", most);
  text += suspicions(verdicts, history);
  text += judgement.remark;
  if (columns > 0) text += '\n' + timeline(history, pointed_at(broken), columns);
  return {.text = std::move(text), .code = code_of(verdicts)};
}

class Check final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {
        .name = "check",
        .summary = "Judges histories by all laws, whoever recorded them.",
        .arguments = "FILE...",
        .text =
            "A history is a file of JSON lines, as run --history writes it and "
            "docs/reference/history-format.md describes it; docs/guide/histories.md shows how to "
            "record one of a system that you have.\n\n"
            "By default it is judged by what must hold in every run. --law judges by " +
            check::listed(others(), "or") +
            " as well, which is the duty of a broker where nothing goes wrong, or a goal.\n\n"
            "Exit codes: 0 every law that had something to judge holds, 1 a law is violated, "
            "2 no law had anything to judge, or something is only suspected, 65 a file is no "
            "history.",
        .examples = {{"castaway check history.jsonl", "one history"},
                     {"castaway check production/*.jsonl -v", "several, with every violation"},
                     {"castaway check history.jsonl --law quiet-broker", "by a duty of brokers"},
                     {"castaway check history.jsonl --timeline", "with a drawing"},
                     {"castaway check a.jsonl b.jsonl --results verdicts.jsonl",
                      "with every verdict and its argument as JSON"},
                     {"castaway check hours.jsonl --window 100000",
                      "a file larger than the memory, in parts that overlap"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {
        {"FILE", "histories as JSON lines; - is standard input", &files_},
        law_option(&laws_),
        {"--window N",
         "judge N events at a time, and so a file of any size; say what no window saw", &window_,
         2},
        {"--results FILE", "write each verdict with its arguments as a line of JSON", &results_},
        timeline_option(&timeline_, "the history"),
        verbose_option(&verbose_, "every violation, not only the first of a law")};
  }

  void check_options() override {
    if (files_.empty()) throw UsageError("check: which history? Give a file of JSON lines");
    by_ = laws_named(help().name, laws_);
    if (window_.has_value() && timeline_)
      throw UsageError("check: --timeline draws a whole history; leave out --window");
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    ExitCode code = ExitCode::fine;
    bool first = true;
    std::optional<VerdictLines> lines;
    if (!results_.empty()) lines.emplace(results_);
    const auto unreadable = [&](const std::string& path, const std::string& complaints) {
      console.complain(complaints);
      if (lines.has_value()) lines->add_unreadable(path, complaints);
    };
    for (const std::string& path : files_) {
      if (interrupted()) break;
      try {
        const Judgement judgement = judge(path);
        if (lines.has_value()) lines->add(path, judgement.history, judgement.verdicts);
        const Judged judged = report(judgement, timeline_ ? console.columns() : 0, verbose_);
        console.say((std::exchange(first, false) ? "" : "\n") + judged.text);
        code = worse(code, judged.code);
      } catch (const InputError& error) {
        unreadable(path, error.what());
        code = worse(code, error.code());
      } catch (const check::HistoryError& error) {
        unreadable(path, error.what());
        code = worse(code, ExitCode::bad_input);
      }
    }
    console.say(fmt::format("\nexit {}\n", static_cast<int>(code)));
    return code;
  }

 private:
  [[nodiscard]] Judgement judge(const std::string& path) const {
    InputFile file(path, window_.has_value() ? InputFile::Limit() : whole);
    RememberedBeginning remembered(file.stream());
    std::istream in(&remembered);
    in.exceptions(std::ios::badbit);  // what reading throws comes through
    try {
      return window_.has_value() ? judge_windows(in, file.name(), path, by_, *window_)
                                 : judge_whole(in, file.name(), path, by_);
    } catch (const check::HistoryError&) {
      const std::optional<std::string> foreign = foreign_format(remembered.beginning());
      if (!foreign.has_value()) throw;
      throw InputError(ExitCode::bad_input, fmt::format("{}:1:1: {}", file.name(), *foreign));
    }
  }

  std::vector<std::string> files_;
  std::vector<std::string> laws_;
  std::vector<const check::Law*> by_;  ///< all that hold in every run if it is empty
  std::string results_;
  std::optional<std::uint64_t> window_;
  bool timeline_ = false;
  bool verbose_ = false;
};

}  // namespace

std::unique_ptr<Verb> make_check() { return std::make_unique<Check>(); }

}  // namespace castaway::ci
