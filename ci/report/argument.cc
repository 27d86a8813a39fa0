#include "argument.h"

#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "castaway/check/laws.h"

#include "cli/text.h"

namespace castaway::ci {

namespace {

using check::History;
using check::Step;
using check::Verdict;
using check::Violation;

Broken broken(std::string property, const Verdict& verdict) {
  Broken result{.property = std::move(property)};
  for (Violation violation : verdict.violations) {
    // A law speaks for itself; a small property has nothing but its name.
    if (violation.law.empty()) violation.what = result.property + ": " + violation.what;
    (violation.consequence_of.empty() ? result.roots : result.consequences).push_back(violation);
  }
  return result;
}

/// Laws come in the order in which roots come before their consequences; everything else after
/// them.
std::size_t rank(const Broken& one) {
  const auto laws = check::laws();
  const auto law = std::find_if(laws.begin(), laws.end(),
                                [&](const check::Law& l) { return l.name == one.property; });
  return static_cast<std::size_t>(law - laws.begin()) +
         (laws.size() + 1) * ((one.expected ? 1U : 0U) + (one.roots.empty() ? 2U : 0U));
}

std::vector<Broken> sorted(const std::vector<Broken>& all) {
  std::multimap<std::size_t, Broken> by_rank;
  for (const Broken& one : all) by_rank.emplace(rank(one), one);
  std::vector<Broken> result;
  for (auto& [rank, one] : by_rank) result.push_back(std::move(one));
  return result;
}

std::string time_in_words(const History& history, const Step& step) {
  return to_string(time_of(history, step).time_since_epoch());
}

/// "event 12  6.5ms  ", as wide as those of the other steps.
std::string place(const History& history, const Step& step, const std::vector<Step>& steps) {
  std::size_t event_width = 0;
  std::size_t time_width = 0;
  for (const Step& other : steps) {
    if (other.event == check::no_event) continue;
    event_width = std::max(event_width, std::to_string(other.event).size());
    time_width = std::max(time_width, time_in_words(history, other).size());
  }
  if (event_width == 0) return "";
  if (step.event == check::no_event) return std::string(6 + event_width + 2 + time_width + 2, ' ');
  return "event " + pad_left(std::to_string(step.event), event_width) + "  " +
         pad_left(time_in_words(history, step), time_width) + "  ";
}

std::string sentence(std::string text) {
  if (!text.empty() && text.back() != '.') text += '.';
  return text;
}

std::string without_name(const Broken& one) {
  const std::string& what = one.roots.front().what;
  return what.starts_with(one.property + ": ") ? what.substr(one.property.size() + 2) : what;
}

std::string also(const Broken& one) {
  if (one.roots.empty()) {
    return fmt::format("{} is broken too: a consequence of {}.", one.property,
                       one.consequences.front().consequence_of);
  }
  if (one.expected) return fmt::format("{} is broken too, as is expected.", one.property);
  return fmt::format("{} is broken too: {}", one.property, sentence(without_name(one)));
}

/// Whether it is worth an argument of its own.
bool is_argued(const Broken& one) { return !one.roots.empty() && !one.expected; }

std::string more(const Broken& one, std::size_t shown) {
  const std::size_t left = one.roots.size() - shown;
  return fmt::format("And {} of {}.", count(left, "more violation"), one.property);
}

std::size_t lines_in(const std::string& text) {
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

}  // namespace

std::vector<Broken> roots_first(const std::vector<scenario::Finding>& findings,
                                const std::set<std::string>& expected) {
  std::vector<Broken> all;
  for (const scenario::Finding& finding : findings) {
    if (finding.verdict.violated()) all.push_back(broken(finding.property, finding.verdict));
  }
  for (Broken& one : all) one.expected = expected.contains(one.property);
  return sorted(all);
}

std::vector<Broken> roots_first(const std::vector<Verdict>& verdicts) {
  std::vector<Broken> all;
  for (const Verdict& verdict : verdicts) {
    if (verdict.violated()) all.push_back(broken(verdict.law, verdict));
  }
  return sorted(all);
}

std::string argue(const Violation& violation, const History& history, const std::string& indent) {
  std::string text = wrap(indent, sentence(violation.what));
  for (std::size_t i = 0; i < violation.steps.size(); ++i) {
    const Step& step = violation.steps[i];
    text += wrap(fmt::format("{}{}  {}", indent, i + 1, place(history, step, violation.steps)),
                 step.text);
  }
  if (!violation.law.empty()) text += wrap(indent, violation.law);
  return text;
}

std::string argue(const std::vector<Broken>& broken, const History& history,
                  const std::string& indent, std::size_t most) {
  std::string text;
  for (const Broken& one : broken) {
    if (&one != &broken.front()) text += '\n';
    if (!is_argued(one)) {
      text += wrap(indent, also(one));
      continue;
    }
    const std::size_t shown = std::min(one.roots.size(), most);
    for (std::size_t i = 0; i < shown; ++i) text += argue(one.roots[i], history, indent);
    if (shown < one.roots.size()) text += wrap(indent, more(one, shown));
  }
  return text;
}

std::string argue_shortly(const std::vector<Broken>& broken, const History& history,
                          const std::string& indent, std::size_t lines) {
  std::string text;
  for (const Broken& one : broken) {
    std::string next;
    if (&one == &broken.front() && is_argued(one)) {
      next = argue(one.roots.front(), history, indent);
      if (one.roots.size() > 1) next += wrap(indent, more(one, 1));
    } else {
      next = wrap(indent, also(one));
    }
    if (!text.empty() && lines_in(text) + lines_in(next) > lines) {
      const auto left = static_cast<std::size_t>(&broken.back() - &one + 1);
      return text + wrap(indent, fmt::format("And {} more broken; -v shows all.", left));
    }
    text += next;
  }
  return text;
}

}  // namespace castaway::ci
