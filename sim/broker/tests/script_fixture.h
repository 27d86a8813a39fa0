#pragma once
// ScriptStep: one step of a talk between connections and a broker, as a file of sim/broker/scripts
// has it.
//
//   for (const ScriptStep& step : read_script(path)) EXPECT_EQ(world.play(step), step.heard);
//
// sim/broker/scripts/README.md describes the files.

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "castaway/amqp/field_table.h"

#include "script_values.h"

namespace castaway::sim {

struct ScriptStep {
  std::string line = {};
  std::string who = {};
  std::string verb = {};
  std::vector<std::string> words = {};  ///< what follows the verb, and is no argument
  amqp::FieldTable arguments = {};      ///< key=value, with the types that they look like
  std::vector<std::string> heard = {};  ///< what the model is to say

  [[nodiscard]] bool has(const std::string& flag) const {
    return std::find(words.begin(), words.end(), flag) != words.end();
  }
  [[nodiscard]] std::string word(std::size_t place) const {
    if (place < words.size()) return words[place];
    throw std::invalid_argument("too few words: " + line);
  }
  /// The consumer's tag, if the word at `place` is none of the flags.
  [[nodiscard]] std::string tag_word(std::size_t place) const {
    if (place >= words.size() || words[place] == "no_ack" || words[place] == "exclusive")
      return "c";
    return words[place];
  }
  [[nodiscard]] std::string text(const std::string& argument) const {
    const amqp::FieldValue* const value = arguments.find(argument);
    if (value == nullptr) return {};
    const auto number = value->integer();
    return number.has_value() ? std::to_string(*number) : *value->get<std::string>();
  }
};

inline ScriptStep read_step(const std::string& line) {
  ScriptStep step = {.line = line};
  std::istringstream words(line);
  words >> step.who >> step.verb;
  for (std::string word; words >> word;) {
    if (word == "''") word.clear();
    const std::size_t equals = word.find('=');
    if (equals == std::string::npos) {
      step.words.push_back(word);
    } else {
      step.arguments.set(word.substr(0, equals), script_value(word.substr(equals + 1)));
    }
  }
  return step;
}

inline constexpr std::string_view real = "rabbitmq: ";
inline constexpr std::string_view model = "model: ";

/// Where the two are meant to differ, only the model's own lines are for us.
inline void keep_the_models(std::vector<std::string>& heard) {
  const auto parted = [](const std::string& line) {
    return line.starts_with(real) || line.starts_with(model);
  };
  if (std::none_of(heard.begin(), heard.end(), parted)) return;
  std::erase_if(heard, [](const std::string& line) { return !line.starts_with(model); });
  for (std::string& line : heard) line.erase(0, model.size());
}

inline std::filesystem::path script_folder() { return CASTAWAY_SOURCE_DIR "/sim/broker/scripts"; }

inline std::vector<std::string> script_names() {
  std::vector<std::string> names;
  for (const auto& entry : std::filesystem::directory_iterator(script_folder())) {
    if (entry.path().extension() == ".txt") names.push_back(entry.path().stem().string());
  }
  std::sort(names.begin(), names.end());
  return names;
}

inline std::vector<ScriptStep> read_script(const std::filesystem::path& path) {
  std::ifstream file(path);
  std::vector<ScriptStep> steps;
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || line.starts_with('#')) continue;
    if (line.starts_with("  ")) {
      steps.at(steps.size() - 1).heard.push_back(line.substr(2));
    } else {
      steps.push_back(read_step(line));
    }
  }
  for (ScriptStep& step : steps) keep_the_models(step.heard);
  return steps;
}

}  // namespace castaway::sim
