// explain: what is known of a conformance case.

#include <algorithm>

#include <fmt/format.h>

#include "castaway/nearest.h"
#include "castaway/scenario/cases.h"

#include "campaign/catalogue.h"
#include "cli/text.h"
#include "cli/usage_error.h"
#include "cli/verb.h"

namespace castaway::ci {

namespace {

using scenario::Case;

/// By its id or its slug, whatever their case.
const Case* find(const std::string& name) {
  std::string upper = name, lower = name;
  std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
  std::ranges::transform(lower, lower.begin(), [](unsigned char c) { return std::tolower(c); });
  const auto cases = scenario::cases();
  const auto found = std::ranges::find_if(
      cases, [&](const Case& one) { return one.id == upper || one.slug == lower; });
  return found == cases.end() ? nullptr : &*found;
}

std::string unknown(const std::string& name) {
  std::vector<std::string> known;
  for (const Case& one : scenario::cases()) {
    known.emplace_back(one.id);
    known.emplace_back(one.slug);
  }
  const std::string nearest = castaway::nearest(name, known);
  return fmt::format("castaway: there is no case \"{}\"{}", name,
                     nearest.empty() ? "; castaway list --cases lists them"
                                     : fmt::format("; did you mean {}?", nearest));
}

/// "CS": the client and the server
std::string judged(std::string_view judges) {
  std::vector<std::string> parties;
  for (const char judge : judges) {
    if (judge == 'C') parties.emplace_back("the client");
    if (judge == 'S') parties.emplace_back("the server");
    if (judge == 'T') parties.emplace_back("the transport or broker");
    if (judge == 'H') parties.emplace_back("whatever plays the broker");
  }
  return listed(parties);
}

std::string needed(std::string_view needs) {
  if (needs == "core") return "nothing: every subject has to pass it";
  if (needs == "strict") return "the promise as written, under every fault";
  if (needs == "acked") return "a broker that loses no acknowledgement";
  if (needs == "sim") return "a simulator";
  return fmt::format("the capability \"{}\"", needs);
}

std::string row(std::string_view name, std::string_view text) {
  return wrap("  " + pad(name, 10), text);
}

std::string explanation(const Case& one, const std::vector<std::string>& paths,
                        const std::vector<Mutant>& mutants) {
  std::string text =
      fmt::format("{}  {}   {}\n", styled(Style::bold, one.id), one.slug, to_string(one.level));
  text += row("fault", one.fault);
  text += row("expected", one.oracle);
  text += row("judged", one.existential ? "over all runs: one at least must show it"
                                        : "in every run: a single counterexample fails it");
  text += row("judges", judged(one.judges));
  text += row("needs", needed(one.needs));
  std::string_view name = "shown by";
  for (const std::string& path : paths) {
    text += row(name, path);
    name = "";
  }
  if (paths.empty()) text += row(name, "no scenario here");
  for (const KnownFailure& known : known_failures_of_classic()) {
    if (known.case_id == one.id)
      text += row("classic", fmt::format("fails it. {} ({})", known.reason, known.source));
  }
  name = "kills";
  for (const Mutant& mutant : mutants) {
    if (std::ranges::count(mutant.killed_by, one.id) == 0) continue;
    text += row(name, fmt::format("{} {}: {}", mutant.id, mutant.name, mutant.about));
    name = "";
  }
  return text;
}

class Explain final : public Verb {
 public:
  [[nodiscard]] VerbHelp help() const override {
    return {
        .name = "explain",
        .summary = "Explains conformance cases: what is done, what must hold, and what shows it.",
        .arguments = "CASE...",
        .text =
            "A case is universal, and then holds in every run, or existential, and then some "
            "run shows it. What it kills are wrong lines in our own code, planted to see "
            "that it notices.",
        .examples = {{"castaway explain AMO-030", "one case"},
                     {"castaway explain own-result amo-090", "several, by id or by slug"},
                     {"castaway list --cases", "all of them, in short"}}};
  }

  [[nodiscard]] std::vector<Option> options() override {
    return {{"CASE", "its id or its slug", &names_}};
  }

  void check_options() override {
    if (names_.empty()) throw UsageError("explain: which case? As in AMO-030");
  }

  [[nodiscard]] ExitCode run(Console& console) override {
    std::vector<const Case*> chosen;
    for (const std::string& name : names_) {
      const Case* found = find(name);
      if (found == nullptr) {
        console.complain(unknown(name));
        return ExitCode::selection;
      }
      chosen.push_back(found);
    }
    InputProblems problems;
    auto paths = shown_by(known_scenarios({}, problems));
    if (problems.any()) console.complain(problems.lines());
    const std::vector<Mutant> mutants = gallery();
    std::string text;
    for (const Case* one : chosen) {
      if (!text.empty()) text += '\n';
      text += explanation(*one, paths[std::string(one->id)], mutants);
    }
    console.say(text);
    return problems.code();
  }

 private:
  std::vector<std::string> names_;
};

}  // namespace

std::unique_ptr<Verb> make_explain() { return std::make_unique<Explain>(); }

}  // namespace castaway::ci
