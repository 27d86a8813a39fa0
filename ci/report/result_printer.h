#pragma once
// ResultPrinter: what `run` prints: each result as it comes, and their sum. It keeps findings, too.

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "files/output_file.h"
#include "matrix.h"
#include "report.h"
#include "results.h"

namespace castaway::ci {

struct PrintSettings {
  std::string out = {};      ///< a folder for findings
  std::string history = {};  ///< a file for the shown run's; none if empty
  std::string results = {};  ///< a file for JSON lines; none if empty
  bool timeline = false;
  bool verbose = false;
  bool quiet = false;
};

class ResultPrinter {
 public:
  /// Prints `head`. Throws: OutputError.
  ResultPrinter(const PrintSettings& settings, std::string_view head,
                const std::vector<Selected>& selection, const std::vector<Item>& items,
                Console& console);

  void take(const ItemResult& result);
  /// `problems`: what was left out.
  [[nodiscard]] ExitCode finish(double seconds, const InputProblems& problems);

 private:
  [[nodiscard]] bool wants_block(Mark mark) const;
  [[nodiscard]] std::string contrast(const ItemResult& result) const;
  void print_detail(const ItemResult& result, const Commands& commands);
  [[nodiscard]] Commands next_commands(const ItemResult& result);
  [[nodiscard]] std::string keep_as_file(const ItemResult& result);
  template <class Write>
  void keep(Write write);

  const PrintSettings& settings_;
  Console& console_;
  Matrix matrix_;
  bool in_detail_;
  std::optional<HistoryFile> history_;
  std::optional<ResultsFile> results_;
  Sum sum_;
  std::set<std::string> kept_;  ///< names of findings
  std::vector<std::string> blocks_;
  std::map<const Selected*, std::vector<std::string>> passed_;  ///< by scenario, the profiles
  const Selected* introduced_ = nullptr;
  ExitCode code_ = ExitCode::fine;
};

}  // namespace castaway::ci
