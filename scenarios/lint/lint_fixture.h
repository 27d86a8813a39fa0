#pragma once
// Lint fixture: a valid scenario, and what the linter reports after one change.

#include <initializer_list>
#include <string>

#include <gtest/gtest.h>

#include "castaway/scenario/json.h"

namespace castaway::scenario {

/// "/pointer: text", a line for each problem.
inline std::string told_of(const Scenario& scenario) {
  std::string lines;
  for (const Problem& problem : lint(scenario)) {
    lines += problem.pointer + ": " + problem.text + "\n";
    EXPECT_EQ(problem.line, 0);
  }
  return lines;
}

/// Two clients, two servers; calls, casts, a fanout, a gate, faults: all of it sound.
inline const std::string sound = R"({
  "scenario": 1, "name": "a", "cases": ["AMO-030"], "needs": ["fanout"],
  "profiles": ["strict", "classic"],
  "clock": {"limit": "1min"},
  "servers": [
    {"id": "s1", "topic": "t", "endpoint": {"add": [{"gate": "go"}, {"return": 1}], "sub": []}},
    {"id": "s2", "topic": "t", "start": "1s", "endpoint": {"add": [{"sleep": "1s"}, {"raise": "ValueError"}]}}],
  "clients": [{"id": "c1"}, {"id": "c2"}],
  "script": [
    {"task": "c1/main", "steps": [
      {"call": {"as": "first", "topic": "t", "server": "s1", "method": "add", "timeout": "5s"}},
      {"cast": {"as": "many", "repeat": 9, "only": [3, 5], "topic": "t", "method": "sub"}},
      {"call": {"as": "second", "repeat": 2, "topic": "t", "method": "sub"}},
      {"open_gate": "go"}, {"stop": "s1"}, {"start": "s1"}]},
    {"task": "c2/main", "steps": [
      {"until": {"ev": "execute", "op": "first", "server": "s1"}},
      {"fanout": {"as": "all", "topic": "t", "method": "add"}}]}],
  "faults": [
    {"id": "late", "on": {"edge": "request", "op": "first", "method": "add", "from": "c1", "to": "s1"},
     "when": {"window": ["1s", "2s"]}, "do": {"hold_until": {"ev": "done", "op": "second#1"}}},
    {"id": "lost", "on": {"edge": "reply", "op": "second#*", "from": "s1", "to": "c1"}, "when": {"nth": [1, 2]}, "do": {"drop": true}},
    {"id": "cut", "on": {"edge": "link", "from": "c2"}, "when": {"at": "3s"}, "do": {"disconnect": {"for": "1s"}}},
    {"id": "dead", "on": {"edge": "process"}, "when": {"after": {"ev": "fault", "fault": "cut"}, "limit": 3}, "do": {"kill": {"who": "s2"}}}],
  "explore": {"strategy": "random", "runs": 9, "stop": "all-reached"},
  "expect": {
    "fired": [{"fault": "lost", "min": 2}],
    "always": [
      {"law": "task-order"}, {"law": "own-reply"},
      {"id": "n", "count": {"of": {"ev": "deliver", "op": "many#3"}, "min": 1, "max": 2}},
      {"id": "b", "before": [{"ev": "invoke", "op": "first"}, {"ev": "accept", "server": "broker"}]},
      {"id": "o", "outcome": {"op": "many", "in": ["return", "failure"]}},
      {"id": "w", "within": {"from": {"ev": "invoke", "op": "second", "n": 2}, "to": {"ev": "complete", "op": "second"}, "max": "9s"}}],
    "reachable": [{"law": "cast-order"}],
    "violated": {"classic": ["n", "task-order"]}
  }
})";

/// What is told of the sound scenario with one thing changed.
inline std::string told_with(const std::string& what, const std::string& by) {
  const std::size_t at = sound.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return told_of(parse(std::string(sound).replace(at, what.size(), by), "a.json"));
}

struct Change {
  std::string what;
  std::string by;
  std::string told;
};

inline void expect_told(std::initializer_list<Change> table) {
  for (const auto& [what, by, told] : table) EXPECT_EQ(told_with(what, by), told + "\n") << by;
}

}  // namespace castaway::scenario
