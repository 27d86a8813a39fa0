#include <algorithm>
#include <charconv>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "format/wording.h"
#include "lint.h"

namespace castaway::scenario {
namespace {

bool has_copy(const Known& known, std::string_view index) {
  std::uint32_t number = 0;
  const auto [end, error] = std::from_chars(index.data(), index.data() + index.size(), number);
  if (error != std::errc() || end != index.data() + index.size()) return false;
  const std::vector<std::uint32_t>& only = known.operation->only;
  return only.empty() ? number < known.copies() : std::ranges::count(only, number) != 0;
}

/// "ping#0" to "ping#63"
std::string copies_in_words(const Known& known) {
  const Operation& operation = *known.operation;
  const auto copy = [&](std::uint64_t index) {
    return in_quotes(fmt::format("{}#{}", operation.as, index));
  };
  if (operation.only.empty()) {
    return known.copies() == 1 ? copy(0)
                               : fmt::format("{} to {}", copy(0), copy(known.copies() - 1));
  }
  std::vector<std::string> names;
  for (const std::uint32_t index : operation.only)
    names.push_back(fmt::format("{}#{}", operation.as, index));
  return listed_in_quotes(names);
}

}  // namespace

std::string_view with_article(Operation::Kind kind) {
  constexpr std::string_view words[] = {"a call", "a cast", "a fanout"};
  return words[static_cast<std::size_t>(kind)];
}

std::uint64_t Known::copies(std::string_view name) const {
  if (name.find('#') != std::string_view::npos && !name.ends_with('*')) return 1;
  return operation->only.empty() ? copies() : operation->only.size();
}

void Linter::look_at_script() {
  if (operations_.empty() && messages_.empty())
    complain(At() / "script", "nothing is asked of any server");
  Names tasks, names;
  each_operation([&](const At& at, const Operation& operation) {
    if (at.pointer().starts_with("/servers"))
      require_unique(at / "as", operation.as, "an operation", names);
  });
  for (std::size_t i = 0; i < scenario_.script.size(); ++i) {
    const Script& script = scenario_.script[i];
    const At at = At() / "script" / i;
    require(at / "task", "client is called", script.client, clients_);
    require_unique(at / "task", script.client + "/" + script.task, "a task", tasks);
    for (std::size_t k = 0; k < script.steps.size(); ++k) {
      const At step = at / "steps" / k;
      look_at_step(step, script.steps[k], script);
      if (script.repeat && std::holds_alternative<Close>(script.steps[k])) {
        complain(step, "the client is closed once, and this task is repeated");
      }
      if (const auto* operation = std::get_if<Operation>(&script.steps[k])) {
        require_unique(step / with_article(operation->kind).substr(2) / "as", operation->as,
                       "an operation", names);
      }
      if (const auto* inject = std::get_if<Inject>(&script.steps[k]))
        require_unique(step / "inject" / "as", inject->as, "an operation", names);
    }
  }
}

void Linter::look_at_step(const At& at, const ScriptStep& step, const Script& script) {
  if (const auto* operation = std::get_if<Operation>(&step)) {
    look_at_operation(at / with_article(operation->kind).substr(2), *operation,
                      script.repeat.value_or(1));
  } else if (const auto* inject = std::get_if<Inject>(&step)) {
    look_at_inject(at / "inject", *inject, script);
  } else if (const auto* until = std::get_if<Until>(&step)) {
    look_at_event(at / "until", until->event);
  } else if (const auto* gate = std::get_if<OpenGate>(&step)) {
    require(at / "open_gate", "endpoint waits at the gate", gate->name, gates_);
  } else if (const auto* stop = std::get_if<StopServer>(&step)) {
    require(at / "stop", "server is called", stop->id, servers_);
  } else if (const auto* start = std::get_if<StartServer>(&step)) {
    require(at / "start", "server is called", start->id, servers_);
  }
}

void Linter::look_at_operation(const At& at, const Operation& operation, std::uint32_t tasks) {
  if (operation.kind == Operation::Kind::fanout && !operation.server.empty()) {
    complain(at / "server", "a fanout goes to every server of the topic, so it has no \"server\"");
  } else if (!operation.server.empty()) {
    require(at / "server", "server is called", operation.server, target_names_);
  }
  look_at_texts(at / "args", operation.args.json());
  if (!operation.nonce.empty() && operation.args.json().contains(operation.nonce)) {
    complain(at / "nonce",
             fmt::format("there is already an argument called {}", in_quotes(operation.nonce)));
  }
  if (!operation.unserialisable.empty() &&
      (operation.unserialisable == operation.nonce ||
       operation.args.json().contains(operation.unserialisable))) {
    complain(at / "unserialisable", fmt::format("there is already an argument called {}",
                                                in_quotes(operation.unserialisable)));
  }
  if (operation.kind != Operation::Kind::call && operation.timeout) {
    complain(at / "timeout", fmt::format("{} waits for no reply, so it has no \"timeout\"",
                                         with_article(operation.kind)));
  }
  if (!operation.retry_on.empty() && !operation.repeat) {
    complain(at / "retry_on", "\"repeat\" has to say how often it is done at most");
  }
  for (std::size_t i = 0; i < operation.only.size(); ++i) {
    const std::uint32_t index = operation.only[i];
    const std::uint64_t copies = std::uint64_t{operation.repeat.value_or(1)} * tasks;
    if ((operation.repeat || tasks > 1) && index >= copies) {
      complain(at / "only" / i, fmt::format("there is no copy {} of {}", index, copies));
    }
    if (std::count(operation.only.begin(), operation.only.begin() + static_cast<std::ptrdiff_t>(i),
                   index) != 0) {
      complain(at / "only" / i, fmt::format("copy {} is already there", index));
    }
  }
}

const Known* Linter::look_at_op(const At& at, const std::string& name) {
  const std::size_t hash = name.find('#');
  const std::string as = name.substr(0, hash);
  if (message_called(as) != nullptr) {
    if (hash != std::string::npos)
      complain(at, fmt::format("{} is made once, so it has no copies", in_quotes(as)));
    return nullptr;
  }
  if (!require(at, "operation is called", as, operations_)) return nullptr;
  const Known& known = *known_by_name_.at(as);
  if (hash == std::string::npos) return &known;
  const std::string index = name.substr(hash + 1);
  if (!known.is_repeated()) {
    complain(at, fmt::format("{} is not repeated, so it has no copies", in_quotes(as)));
    return nullptr;
  }
  if (index == "*" || has_copy(known, index)) return &known;
  complain(at, fmt::format("there is no {}, only {}", in_quotes(name), copies_in_words(known)));
  return nullptr;
}

}  // namespace castaway::scenario
