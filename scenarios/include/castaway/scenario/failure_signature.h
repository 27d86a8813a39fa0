#pragma once
// FailureSignature: why a run breaks a property, without names and numbers. It tells kinds of
// failures apart: a failure that was made smaller must still have the same signature.
//
// Two violations have the same signature if
// - they are of the same property and of the same kind of operation,
// - they are equal breaches ("executed again" differs from "executed by several servers", and "too
//   late" from "too early"),
// - the steps of their arguments that show the violation point at the same kinds of events in the
//   same order, repetitions counted once, and
// - both follow from the same other law, or from none.

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/check/verdict.h"
#include "castaway/scenario/scenario.h"

namespace castaway::scenario {

struct FailureSignature {
  std::string property = {};
  check::OperationKind operation = check::OperationKind::none;
  check::Breach breach = {};
  std::vector<check::EventKind> events = {};  ///< of the argument's steps, without reasons
  std::string consequence_of = {};  ///< the law whose violation explains this one; empty if none
  friend bool operator==(const FailureSignature&, const FailureSignature&) = default;
};

/// The signatures of many violations in one history, which must not change meanwhile.
class FailureSignatures {
 public:
  explicit FailureSignatures(const check::History& history);
  [[nodiscard]] FailureSignature of(const std::string& property,
                                    const check::Violation& violation) const;

 private:
  using Invoked = std::map<std::string_view, check::EventIndex>;
  [[nodiscard]] check::OperationKind operation_of(std::string_view op) const;

  const check::History& history_;
  Invoked first_;           ///< by operation
  Invoked first_numbered_;  ///< of "ask#0", "ask#1" and so on, by "ask"
};

/// The signature of one violation of `property` in `history`.
[[nodiscard]] FailureSignature signature_of(const std::string& property,
                                            const check::Violation& violation,
                                            const check::History& history);

/// "deadline: too late: return (follows from effect)"
[[nodiscard]] std::string to_string(const FailureSignature& signature);

}  // namespace castaway::scenario
