#include "shrink_report.h"

#include <fmt/format.h>

#include "castaway/scenario/failure_explanation.h"

#include "cli/signals.h"
#include "cli/text.h"

namespace castaway::ci {

std::string in_words(const scenario::Size& size) {
  return fmt::format("{}, {}, {}, {} and {}", count(size.operations, "operation"),
                     count(size.rules, "rule"), count(size.deviations, "deviation"),
                     count(size.clients, "client"), count(size.servers, "server"));
}

std::string passes(const scenario::Shrunk& shrunk) {
  std::string text = "  stage        runs   kept   operations   rules   deviations   steps\n";
  for (const scenario::ShrinkPass& pass : shrunk.passes) {
    text += fmt::format("  {:<10} {:>6} {:>6} {:>12} {:>7} {:>12} {:>7}\n", pass.name,
                        grouped(pass.evaluations), grouped(pass.kept),
                        grouped(pass.after.operations), grouped(pass.after.rules),
                        grouped(pass.after.deviations), grouped(pass.after.steps));
  }
  return text;
}

std::string ending(const scenario::Shrunk& shrunk) {
  if (shrunk.minimal)
    return "Nothing of it can be taken away alone: it would no longer fail, or for another reason.";
  return interrupted() ? "Interrupted: this is the best so far, and it may become smaller still."
                       : "The budget is spent: it may become smaller still.";
}

std::string explanation(const scenario::Shrunk& shrunk, scenario::SubjectProfile profile,
                        const scenario::Property& property) {
  scenario::FailureExplanation explanation;
  try {
    explanation = scenario::explain_failure(shrunk.scenario, profile, property, shrunk.signature,
                                            interrupted);
  } catch (const scenario::RunCut&) {
    return "";
  }
  std::string text;
  for (const scenario::Remaining& one : explanation.remaining)
    text += wrap("  " + one.name + "  ", to_string(one));
  if (!text.empty()) text = "\nOf what is left, the rest as it is, it\n" + text;
  if (!explanation.nearest) return text;
  return text + fmt::format("\nWithout {0} it does not fail. ", explanation.nearest->undone) +
         to_string(explanation.nearest->difference, "without", "with");
}

}  // namespace castaway::ci
