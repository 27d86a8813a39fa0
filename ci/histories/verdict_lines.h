#pragma once
// VerdictLines: what the laws say of histories, as JSON lines for other programs: a line for each
// history and law, with every argument in full.

#include <string>
#include <vector>

#include "castaway/check/verdict.h"

#include "files/output_file.h"

namespace castaway::ci {

class VerdictLines {
 public:
  /// Throws: OutputError.
  explicit VerdictLines(std::string path);

  /// {"history": "…", "law": "at-most-once", "verdict": "violated", "judged": 3, "unseen": 0,
  /// "violations": [{"op": "pay", "breach": "executed again", "what": "...", "steps": [{"event": 5,
  /// "at": 1000000, "text": "..."}], "law": "..."}], "suspects": []}
  /// A vacuous verdict has a "because" instead. Throws: OutputError.
  void add(const std::string& path, const check::History& history,
           const std::vector<check::Verdict>& verdicts);

  /// {"history": "…", "verdict": "unreadable", "complaints": ["…:1:1: this is no JSON: …"]}
  /// Throws: OutputError.
  void add_unreadable(const std::string& path, const std::string& complaints);

 private:
  void write(const std::string& line);

  OutputFile file_;
};

}  // namespace castaway::ci
