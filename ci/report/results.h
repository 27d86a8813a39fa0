#pragma once
// Results: the result of each scenario, as JSON lines for other programs. Written as it goes, so
// that a crash loses nothing.

#include <string>

#include "campaign/campaign.h"
#include "files/output_file.h"

namespace castaway::ci {

class ResultsFile {
 public:
  /// Throws: OutputError.
  explicit ResultsFile(const std::string& path) : file_(path) {}
  /// {"scenario": "a-lost-ack", "path": "…", "profile": "strict", "cases": ["AMO-050"], "result":
  /// "fail", "broken": ["at-most-once"], "reasons": [], "seed": "7", "runs": 1, "hash": "…"}
  /// Throws: OutputError.
  void add(const ItemResult& result);

 private:
  OutputFile file_;
};

}  // namespace castaway::ci
