#include "castaway/scenario/failure_signature.h"

#include <algorithm>
#include <set>
#include <string_view>
#include <utility>

#include "castaway/check/laws.h"
#include "castaway/scenario/run.h"

namespace castaway::scenario {
namespace {

using check::Event;
using check::EventKind;
using check::History;
using check::Violation;

using Names = std::set<std::string, std::less<>>;

/// The processes of a history. Operations stand in quotes, or have numbers; a rule may be called
/// "late", and nothing that comes too late is meant by that.
Names names_in(const History& history) {
  Names names;
  for (const Event& event : history.events()) {
    if (event.kind != EventKind::fault && event.actor != 0)
      names.emplace(history.text(event.actor));
  }
  return names;
}

/// A word of an argument: as it is, or that there is a name or a number.
std::string generalised(std::string_view word, const Names& names) {
  if (word.find('#') != std::string_view::npos || names.contains(word)) return "X";
  const bool number = std::ranges::any_of(word, [](char c) { return c >= '0' && c <= '9'; });
  if (number || word == "once" || word == "twice" || word == "One") return "N";
  return word == "were" ? "was" : std::string(word);
}

/// The words without their punctuation, and what stands in quotes as one.
std::vector<std::string> words_of(std::string_view text, const Names& names) {
  constexpr std::string_view punctuation = ",.:;()";
  std::vector<std::string> words;
  std::string word;
  bool quoted = false;
  const auto end = [&] {
    while (!word.empty() && punctuation.find(word.back()) != std::string_view::npos)
      word.pop_back();
    if (!word.empty()) words.push_back(generalised(word, names));
    word.clear();
  };
  for (const char c : text) {
    if (c == '"') {
      if (std::exchange(quoted, !quoted)) words.emplace_back("X");
      word.clear();
    } else if (!quoted && c == ' ') {
      end();
    } else {
      word += c;
    }
  }
  end();
  return words;
}

/// However many names stand in a row, they say no more than that there are several.
std::string argument_of(const std::vector<std::string>& words) {
  std::vector<std::string> kept;
  for (std::size_t i = 0; i < words.size(); ++i) {
    std::string word = words[i];
    if (word == "times" && !kept.empty() && kept.back() == "N") continue;
    const bool after_name = !kept.empty() && kept.back().starts_with('X') && kept.back().size() < 3;
    if (after_name && word == "and" && i + 1 < words.size() &&
        (words[i + 1] == "X" || words[i + 1] == "N")) {
      word = "X";
      ++i;
    }
    if (after_name && word == "more") continue;
    if (after_name && word == "X") {
      kept.back() = "Xs";
    } else {
      kept.push_back(std::move(word));
    }
  }
  std::string text;
  for (const std::string& word : kept) text += (text.empty() ? "" : " ") + word;
  return text;
}

std::string events_of(const Violation& violation, const History& history) {
  std::string text, last;
  for (const check::Step& step : violation.steps) {
    if (step.event == check::no_event) continue;
    const std::string kind(to_string(history[step.event].kind));
    if (kind == std::exchange(last, kind)) continue;
    text += (text.empty() ? "" : " ") + kind;
  }
  return text;
}

check::OperationKind operation_of(const std::string& op, const History& history) {
  if (op.empty()) return check::OperationKind::none;
  for (const Event& event : history.events()) {
    if (event.kind == EventKind::invoke && sim::matches_op(op, history.text(event.op)))
      return event.operation;
  }
  return check::OperationKind::none;
}

}  // namespace

FailureSignature signature_of(const std::string& property, const Violation& violation,
                              const History& history) {
  return {.property = property,
          .operation = operation_of(violation.op, history),
          .argument = argument_of(words_of(violation.what, names_in(history))),
          .events = events_of(violation, history),
          .consequence_of = violation.consequence_of};
}

check::Verdict judge_with_signatures(const Property& property, const History& history) {
  check::Verdict verdict = judge(property, history);
  if (!verdict.violated() || !std::holds_alternative<LawProp>(property.what)) return verdict;
  // Only all laws together can tell what follows from what.
  for (check::Verdict& marked : check::judge_all(history)) {
    if (marked.law == verdict.law) return std::move(marked);
  }
  return verdict;
}

std::string to_string(const FailureSignature& signature) {
  return signature.property + ": " + signature.argument +
         (signature.consequence_of.empty() ? ""
                                           : " (follows from " + signature.consequence_of + ")");
}

}  // namespace castaway::scenario
