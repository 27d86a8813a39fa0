#include <algorithm>
#include <map>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/check/laws.h"
#include "castaway/check/text.h"

#include "format/wording.h"
#include "lint.h"

namespace castaway::scenario {
namespace {

using Kind = Operation::Kind;

std::vector<std::string> law_names() {
  std::vector<std::string> names;
  for (const check::Law& law : check::laws()) names.emplace_back(law.name);
  return names;
}

/// Every operation of a task, its copies one by one where more than two would say no more.
std::vector<const Operation*> in_order(const Script& script) {
  std::vector<const Operation*> operations;
  for (const ScriptStep& step : script.steps) {
    const auto* operation = std::get_if<Operation>(&step);
    if (operation == nullptr) continue;
    operations.push_back(operation);
    const std::size_t copies =
        operation->only.empty() ? operation->repeat.value_or(1) : operation->only.size();
    if (copies > 1) operations.push_back(operation);
  }
  return operations;
}

bool has_call_before_another(const Script& script) {
  const auto operations = in_order(script);
  const auto call = std::ranges::find(operations, Kind::call, &Operation::kind);
  return call != operations.end() && call + 1 != operations.end();
}

bool has_two_casts_to_one_topic(const Script& script) {
  std::map<std::string, int> casts;
  for (const Operation* operation : in_order(script)) {
    if (operation->kind == Kind::cast && ++casts[operation->topic] == 2) return true;
  }
  return false;
}

bool has_stop(const Script& script) {
  return std::ranges::any_of(script.steps, [](const ScriptStep& step) {
    return std::holds_alternative<StopServer>(step);
  });
}

bool has_call(const Script& script) {
  const auto operations = in_order(script);
  return std::ranges::count(operations, Kind::call, &Operation::kind) != 0;
}

/// What the law looks at, where the script has none of it.
std::string_view missing_for(check::LawNeeds needs, const std::vector<Script>& script) {
  switch (needs) {
    case check::LawNeeds::sequels:
      return std::ranges::none_of(script, has_call_before_another)
                 ? "no task does anything after a call"
                 : "";
    case check::LawNeeds::casts:
      return std::ranges::none_of(script, has_two_casts_to_one_topic)
                 ? "no task casts twice to one topic"
                 : "";
    case check::LawNeeds::stops:
      return std::ranges::none_of(script, has_stop) ? "no step stops a server" : "";
    case check::LawNeeds::calls:
      return std::ranges::none_of(script, has_call) ? "there are no calls" : "";
    default:
      return "";
  }
}

}  // namespace

void Linter::look_at_expectations() {
  const At at = At() / "expect";
  const Expect& expect = scenario_.expect;
  if (expect.always.empty() && expect.reachable.empty() && expect.fired.empty()) {
    complain(at, "nothing is expected");
  }
  for (std::size_t i = 0; i < expect.fired.size(); ++i)
    look_at_fired(at / "fired" / i, expect.fired[i]);

  Names ids;
  const auto look_at = [&](std::string_view key, const std::vector<Property>& properties) {
    for (std::size_t i = 0; i < properties.size(); ++i) {
      const At here = at / key / i;
      require_unique(here, name_of(properties[i]), "a property", ids);
      look_at_property(here, properties[i], key == "reachable");
    }
  };
  look_at("always", expect.always);
  Names always = ids;
  look_at("reachable", expect.reachable);

  for (const auto& [profile, violated] : expect.violated) {
    Names profiles;
    for (const SubjectProfile listed : scenario_.profiles) profiles.emplace_back(to_string(listed));
    require(at / "violated" / profile, "profile of this scenario is called", profile, profiles);
    for (std::size_t i = 0; i < violated.size(); ++i) {
      require(at / "violated" / profile / i, "property of \"always\" is called", violated[i],
              always);
    }
  }

  const Explore& explore = scenario_.explore;
  if (explore.strategy == Explore::How::single && explore.runs > 1) {
    complain(At() / "explore" / "runs",
             "the strategy \"single\" is one run; \"random\" makes several");
  }
  if (explore.strategy != Explore::How::exhaustive && explore.bounds != sim::ExhaustiveBounds()) {
    const bool faults = explore.bounds.faults != sim::ExhaustiveBounds().faults;
    complain(At() / "explore" / (faults ? "faults" : "orders"),
             "only the strategy \"exhaustive\" has bounds");
  }
  for (std::size_t i = 0; i < expect.always.size(); ++i) {
    const auto* again = std::get_if<AgainProp>(&expect.always[i].what);
    const bool by_seed =
        explore.strategy == Explore::How::single || explore.strategy == Explore::How::random;
    if (again == nullptr || again->from != AgainProp::From::seed || by_seed) continue;
    complain(at / "always" / i / "again",
             fmt::format("a run of the strategy {} is made again from its \"deviations\" alone",
                         in_quotes(to_string(explore.strategy))));
  }
  if (explore.stop == Explore::Stop::all_reached && expect.reachable.empty()) {
    complain(At() / "explore" / "stop", "there is nothing under \"reachable\" to be reached");
  }
}

void Linter::look_at_fired(const At& at, const Fired& fired) {
  if (!require(at / "fault", "fault is called", fired.fault, rules_)) return;
  const sim::When& when = std::ranges::find(scenario_.faults, fired.fault, &sim::Rule::id)->when;
  std::uint64_t most = when.at ? 1 : fired.least();
  if (when.repeat) most += when.repeat->times;
  if (when.limit != 0) most = std::min(most, when.limit);
  if (!when.nth.empty()) most = std::min<std::uint64_t>(most, when.nth.size());
  const bool never = fired.max == 0 && fired.min == 1;  // the default of "min"
  if (fired.max && *fired.max < fired.min && !never) {
    complain(at / "max",
             fmt::format("no number is at least {} and at most {}", fired.min, *fired.max));
  }
  if (fired.least() > most) {
    complain(at / "min",
             fmt::format("{} fires at most {}", in_quotes(fired.fault), check::times(most)));
  }
}

void Linter::look_at_property(const At& at, const Property& property, bool reachable) {
  if (const auto* law = std::get_if<LawProp>(&property.what)) {
    look_at_law(at / "law", law->name, reachable);
    return;
  }
  if (property.id.empty()) complain(at, "a property that is no law needs an \"id\"");
  if (const auto* count = std::get_if<CountProp>(&property.what)) {
    look_at_event(at / "count" / "of", count->of);
    if (count->after) look_at_event(at / "count" / "after", *count->after);
    if (!count->min && !count->max)
      complain(at / "count", "any number will do: give \"min\", \"max\" or both");
    if (count->min && count->max && *count->min > *count->max) {
      complain(at / "count",
               fmt::format("no number is at least {} and at most {}", *count->min, *count->max));
    }
  } else if (const auto* before = std::get_if<BeforeProp>(&property.what)) {
    for (std::size_t i = 0; i < before->events.size(); ++i) {
      look_at_event(at / "before" / i, before->events[i]);
      if (std::find(before->events.begin(), before->events.begin() + static_cast<std::ptrdiff_t>(i),
                    before->events[i]) != before->events.begin() + static_cast<std::ptrdiff_t>(i)) {
        complain(at / "before" / i, "an event does not come before itself");
      }
    }
  } else if (const auto* outcome = std::get_if<OutcomeProp>(&property.what)) {
    look_at_outcome(at / "outcome", *outcome);
  } else if (const auto* at_once = std::get_if<AtOnceProp>(&property.what)) {
    require(at / "at_once" / "server", "server is called", at_once->server, servers_);
  } else if (const auto* shrunk = std::get_if<ShrunkProp>(&property.what)) {
    require(at / "shrunk", "law is called", shrunk->law, law_names());
  } else if (const auto* within = std::get_if<WithinProp>(&property.what)) {
    look_at_event(at / "within" / "from", within->from);
    look_at_event(at / "within" / "to", within->to);
    if (within->min > within->max) {
      complain(at / "within",
               fmt::format("no time is at least {} and at most {}",
                           castaway::to_string(within->min), castaway::to_string(within->max)));
    }
  }
}

void Linter::look_at_law(const At& at, const std::string& name, bool reachable) {
  if (!require(at, "law is called", name, law_names())) return;
  const check::Law& law = *check::find_law(name);
  if (law.goal && !reachable) {
    complain(at, fmt::format("{} is a goal, which some run reaches: it belongs in \"reachable\"",
                             in_quotes(name)));
  } else if (!law.goal && reachable) {
    complain(at, fmt::format("{} holds in every run: it belongs in \"always\"", in_quotes(name)));
  }
  if (law.quiet && !scenario_.clock.quiet) {
    complain(at,
             fmt::format("{} would judge nothing: the clock has no \"quiet\"", in_quotes(name)));
  }
  if (const std::string_view missing = missing_for(law.needs, scenario_.script); !missing.empty()) {
    complain(at, fmt::format("{} would judge nothing: {}", in_quotes(name), missing));
  }
}

void Linter::look_at_outcome(const At& at, const OutcomeProp& outcome) {
  const Names ways = {"return", "error", "timeout", "failure"};
  for (std::size_t i = 0; i < outcome.in.size(); ++i) {
    require(at / "in" / i, "outcome is called", outcome.in[i], ways);
  }
  look_at_texts(at, outcome.value.json());
  if (outcome.value.json().contains("value") && outcome.in != std::vector<std::string>{"return"}) {
    complain(at / "value", "only what returns has a value: \"in\" has to be [\"return\"]");
  }
  if (!outcome.raises.empty() && outcome.in != std::vector<std::string>{"error"}) {
    complain(at / "raises", "only an error has a class: \"in\" has to be [\"error\"]");
  }
  if (message_called(outcome.op) != nullptr) {
    return complain(at / "op",
                    fmt::format("{} is made by hand: it has no outcome", in_quotes(outcome.op)));
  }
  const Known* known = look_at_op(at / "op", outcome.op);
  if (known != nullptr) look_at_raises(at / "raises", outcome, *known);
  if (known == nullptr || known->operation->kind == Kind::call) return;
  if (std::ranges::all_of(outcome.in, [](const std::string& way) { return way == "error"; })) {
    complain(at / "in", fmt::format("{} is {}, which never ends like this", in_quotes(outcome.op),
                                    with_article(known->operation->kind)));
  }
}

}  // namespace castaway::scenario
