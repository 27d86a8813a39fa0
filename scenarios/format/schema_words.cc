#include <algorithm>
#include <map>
#include <regex>
#include <stdexcept>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "castaway/scenario/json.h"
#include "castaway/scenario/units.h"
#include "castaway/utf8.h"

#include "schema.h"
#include "wording.h"

// A validator says what it finds by its own keywords: "failed to validate against any child
// schema". This one says what a person wants to know: what was expected there, what was found, and
// which name was perhaps meant. It knows the keywords that our schema uses; the tests compare it
// with a validator that knows them all.

namespace castaway::scenario {

using nlohmann::json;

namespace {

std::string found(const json& value) {
  if (value.is_object()) return "an object";
  if (value.is_array()) return "an array";
  return printable(value.dump());
}

bool is_number(const json& value) {
  if (!value.is_string()) return value.is_number();
  const auto& text = value.get_ref<const std::string&>();
  return !text.empty() && text.find_first_not_of("0123456789.") == std::string::npos;
}

std::vector<std::string> keys_of(const json& object) {
  std::vector<std::string> keys;
  for (const auto& member : object.items()) keys.push_back(member.key());
  return keys;
}

bool has_type(const json& value, std::string_view type) {
  if (type == "object") return value.is_object();
  if (type == "array") return value.is_array();
  if (type == "string") return value.is_string();
  if (type == "boolean") return value.is_boolean();
  return type == "integer" && value.is_number_integer();
}

/// What the schema says of a value where it says it in words.
std::string expected(const json& schema) {
  if (const auto title = schema.find("title"); title != schema.end())
    return title->get<std::string>();
  if (const auto one = schema.find("const"); one != schema.end()) return one->dump();
  if (const auto some = schema.find("enum"); some != schema.end()) {
    return "one of " + listed_in_quotes(some->get<std::vector<std::string>>(), "or");
  }
  const auto type = schema.at("type").get<std::string>();
  if (type == "boolean") return "true or false";
  return (type == "string" ? "a " : "an ") + type;
}

/// The value of a keyword that bounds a size, or `otherwise`.
std::size_t bound(const json& schema, const char* keyword, std::size_t otherwise) {
  return schema.value(keyword, otherwise);
}

class Walker {
 public:
  Walker(const json& root, const std::map<std::string, std::regex>& patterns)
      : root_(root), patterns_(patterns) {}

  void walk(const json& schema, const json& value, const std::string& pointer) {
    if (const auto reference = schema.find("$ref"); reference != schema.end()) {
      const auto name = reference->get<std::string>().substr(std::string("#/definitions/").size());
      const std::size_t before = flaws.size();
      walk(root_.at("definitions").at(name), value, pointer);
      if (flaws.size() == before) inspect(name, value, pointer);
      return;
    }
    if (schema.contains("oneOf")) return walk_one_of(schema, value, pointer);
    if (const auto type = schema.find("type");
        type != schema.end() && !has_type(value, type->get<std::string>())) {
      return complain(schema, value, pointer);
    }
    if (schema.contains("const") && value != schema["const"])
      return complain(schema, value, pointer);
    if (schema.contains("enum")) return walk_enum(schema, value, pointer);
    if (value.is_string()) return walk_string(schema, value, pointer);
    if (value.is_number_integer()) return walk_integer(schema, value, pointer);
    if (value.is_array()) return walk_array(schema, value, pointer);
    if (value.is_object()) return walk_object(schema, value, pointer);
  }

  std::vector<Flaw> flaws = {};

 private:
  void complain(const json& schema, const json& value, const std::string& pointer) {
    std::string text = fmt::format("expected {}, found {}", expected(schema), found(value));
    if (is_number(value) && expected(schema).starts_with("a duration with")) {
      text = fmt::format(
          "expected a duration, found {}: write a unit (ns, us, ms, s, min or h), as in \"250ms\"",
          found(value));
    }
    flaws.push_back({pointer, std::move(text)});
  }

  void walk_enum(const json& schema, const json& value, const std::string& pointer) {
    const auto known = schema["enum"].get<std::vector<std::string>>();
    if (value.is_string() && std::ranges::count(known, value.get_ref<const std::string&>()) != 0)
      return;
    complain(schema, value, pointer);
    if (value.is_string())
      flaws.back().text += did_you_mean(value.get_ref<const std::string&>(), known);
  }

  void walk_string(const json& schema, const json& value, const std::string& pointer) {
    const auto& text = value.get_ref<const std::string&>();
    const auto pattern = schema.find("pattern");
    if (characters(text) < bound(schema, "minLength", 0) ||
        characters(text) > bound(schema, "maxLength", text.size()) ||
        (pattern != schema.end() &&
         !std::regex_search(text, patterns_.at(pattern->get<std::string>())))) {
      complain(schema, value, pointer);
    }
  }

  void walk_integer(const json& schema, const json& value, const std::string& pointer) {
    if ((schema.contains("minimum") && value < schema["minimum"]) ||
        (schema.contains("maximum") && value > schema["maximum"])) {
      complain(schema, value, pointer);
    }
  }

  void walk_array(const json& schema, const json& value, const std::string& pointer) {
    const std::size_t least = bound(schema, "minItems", 0);
    const std::size_t most = bound(schema, "maxItems", value.size());
    if (value.size() < least || value.size() > most) {
      flaws.push_back({pointer, fmt::format("expected {} {} {}, found {}",
                                            most == least ? "exactly" : "at least", least,
                                            least == 1 ? "item" : "items", value.size())});
    }
    const auto items = schema.find("items");
    if (items == schema.end()) return;
    for (std::size_t i = 0; i < value.size(); ++i) walk(*items, value[i], below(pointer, i));
  }

  void walk_object(const json& schema, const json& value, const std::string& pointer) {
    static const json none = json::object();
    const auto found_properties = schema.find("properties");
    const json& properties = found_properties == schema.end() ? none : *found_properties;
    const auto other = schema.find("additionalProperties");
    const bool closed = other != schema.end() && *other == false;
    for (const auto& [key, member] : value.items()) {
      if (const auto known = properties.find(key); known != properties.end()) {
        walk(*known, member, below(pointer, key));
      } else if (closed) {
        unknown_key(key, keys_of(properties), pointer);
      } else if (other != schema.end()) {
        walk(*other, member, below(pointer, key));
      }
    }
    count_members(schema, properties, value, pointer);
    for (const auto& key : schema.value("required", std::vector<std::string>())) {
      if (!value.contains(key))
        flaws.push_back({pointer, fmt::format("{} is missing", in_quotes(key))});
    }
  }

  void unknown_key(const std::string& key, const std::vector<std::string>& known,
                   const std::string& pointer) {
    std::string hint = did_you_mean(key, known);
    if (hint.empty()) hint = fmt::format("; known here: {}", listed_in_quotes(known));
    flaws.push_back(
        {below(pointer, key), fmt::format("unknown key {}{}", in_quotes(key), hint), true});
  }

  /// Where the schema counts members, it wants one: the others are alternatives to it.
  void count_members(const json& schema, const json& properties, const json& value,
                     const std::string& pointer) {
    if (!schema.contains("maxProperties") || value.size() == 1) return;
    flaws.push_back(
        {pointer,
         fmt::format("expected exactly one of {}, found {}", listed_in_quotes(keys_of(properties)),
                     value.empty() ? "none" : listed_in_quotes(keys_of(value)))});
  }

  /// The alternatives are told apart by their type, or, if they are objects, by the first key that
  /// each requires.
  void walk_one_of(const json& schema, const json& value, const std::string& pointer) {
    const json& alternatives = schema["oneOf"];
    const auto plain =
        std::ranges::find_if(alternatives, [](const json& one) { return one.contains("$ref"); });
    if (plain != alternatives.end() && (value.is_string() || value.is_number()))
      return walk(*plain, value, pointer);
    if (plain == alternatives.end() && !alternatives.front().contains("required")) {
      for (const json& alternative : alternatives) {
        if (!has_type(value, alternative["type"].get<std::string>())) continue;
        const std::size_t before = flaws.size();
        walk(alternative, value, pointer);
        if (flaws.size() == before) return;
        flaws.resize(before);
      }
      return complain(schema, value, pointer);
    }
    if (!value.is_object()) return complain(schema, value, pointer);

    std::vector<std::string> tags, present;
    std::vector<std::string> known;
    const json* chosen = nullptr;
    for (const json& alternative : alternatives) {
      if (!alternative.contains("required")) continue;
      tags.push_back(alternative["required"].front().get<std::string>());
      for (const std::string& key : keys_of(alternative["properties"])) known.push_back(key);
      if (!value.contains(tags.back())) continue;
      present.push_back(tags.back());
      chosen = &alternative;
    }
    if (present.size() == 1) return walk(*chosen, value, pointer);
    const std::size_t before = flaws.size();
    for (const auto& member : value.items()) {
      if (std::ranges::count(known, member.key()) == 0) unknown_key(member.key(), tags, pointer);
    }
    if (flaws.size() == before) {
      flaws.push_back(
          {pointer, fmt::format("expected exactly one of {}, found {}", listed_in_quotes(tags),
                                present.empty() ? "none" : listed_in_quotes(present))});
    }
  }

  /// What no pattern can say.
  void inspect(const std::string& definition, const json& value, const std::string& pointer) {
    try {
      if (definition == "duration" || definition == "signed_duration") {
        static_cast<void>(parse_duration(value.get_ref<const std::string&>()));
      } else if (definition == "ratio") {
        static_cast<void>(parse_ratio(value.get_ref<const std::string&>()));
      } else if (definition == "u64" && value.is_string()) {
        static_cast<void>(parse_u64(value.get_ref<const std::string&>()));
      }
    } catch (const std::invalid_argument& error) {
      flaws.push_back({pointer, error.what()});
    }
  }

  const json& root_;
  const std::map<std::string, std::regex>& patterns_;
};

/// The schema, and its patterns ready for use.
struct Parsed {
  Parsed() { collect(root); }

  void collect(const json& schema) {
    if (schema.is_object() && schema.contains("pattern") && schema["pattern"].is_string()) {
      const auto pattern = schema["pattern"].get<std::string>();
      patterns.emplace(pattern, std::regex(pattern));
    }
    for (const json& part : schema) {
      if (part.is_structured()) collect(part);
    }
  }

  const json root = json::parse(schema());
  std::map<std::string, std::regex> patterns = {};
};

}  // namespace

std::vector<Flaw> flaws_of(const json& value) {
  static const Parsed parsed;
  Walker walker(parsed.root, parsed.patterns);
  walker.walk(parsed.root, value, "");
  return walker.flaws;
}

}  // namespace castaway::scenario
