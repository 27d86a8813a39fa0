#pragma once
// Fields: lists what each value is made of, once for reading and writing.
//
//     void fields(auto& form, Is<Client> auto& client) {
//       form("id", client.id);
//       form("retry", client.retry, -1);   // left out of the text when it is -1
//     }
//
// A form is a Reader, which takes from JSON what is there, or a Writer, which leaves out what has
// its default. Nothing is checked here: what a Reader is given has passed the schema. The JSON
// types are parameters, so that only a .cc needs their header.

#include <algorithm>
#include <array>
#include <concepts>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "castaway/object.h"
#include "castaway/scenario/scenario.h"
#include "castaway/scenario/units.h"

namespace castaway::scenario {

using Key = const char*;

/// `T`, const or not.
template <class Given, class T>
concept Is = std::same_as<std::remove_const_t<Given>, T>;

/// Enumerations by name, in the order of their values. Those of an action are in its header.
template <class E>
inline constexpr auto names_of = words_of(E());
template <>
inline constexpr std::array<std::string_view, 3> names_of<SubjectProfile> = {"strict", "classic",
                                                                             "strict+claims"};
template <>
inline constexpr std::array<std::string_view, 8> names_of<Explore::How> = {
    "single", "random", "boundary", "pct", "exhaustive", "portfolio"};
template <>
inline constexpr std::array<std::string_view, 3> names_of<Explore::Stop> = {"first-failure",
                                                                            "all-reached", "never"};
template <>
inline constexpr std::array<std::string_view, 2> names_of<AgainProp::From> = {"seed", "deviations"};
template <>
inline constexpr std::array<std::string_view, 10> names_of<sim::Edge> = {
    "request", "reply", "heartbeat", "ack",    "confirm",
    "claim",   "link",  "process",   "broker", "clock"};
template <>
inline constexpr std::array<std::string_view, 2> names_of<sim::Hop> = {"publish", "deliver"};
template <>
inline constexpr std::array<std::string_view, 4> names_of<sim::Copy> = {"original", "duplicate",
                                                                        "redelivery", "any"};
template <class J>
class Reader {
 public:
  explicit Reader(const J& from) : from_(from) {}

  template <class T>
  void operator()(Key key, T& field, const std::type_identity_t<T>& = {}) const {
    if (has(key)) read(from_[key], field);
  }
  template <class T>
  void always(Key key, T& field) const {
    read(from_.at(key), field);
  }
  void constant(Key, int) const {}

  /// Two words for false and true.
  void choice(Key key, bool& field, const std::array<std::string_view, 2>& words) const {
    if (has(key)) field = from_[key].template get<std::string>() == words[1];
  }
  /// A number that may be too large for JSON.
  void u64(Key key, std::uint64_t& field, std::uint64_t = 0) const {
    if (!has(key)) return;
    const J& value = from_[key];
    field = value.is_string() ? parse_u64(value.template get<std::string>())
                              : value.template get<std::uint64_t>();
  }
  /// The alternative of a variant that this key stands for.
  template <class Alternative, class Variant>
  void alternative(Key key, Variant& variant) const {
    if (has(key)) read(from_[key], variant.template emplace<Alternative>());
  }
  template <class Variant, class Alternative, class Member>
  void alternative(Key key, Variant& variant, Member Alternative::*member) const {
    if (has(key)) read(from_[key], variant.template emplace<Alternative>().*member);
  }

  [[nodiscard]] bool has(Key key) const { return from_.contains(key); }
  [[nodiscard]] const J& operator[](Key key) const { return from_[key]; }
  [[nodiscard]] const J& json() const { return from_; }

  template <class T>
  static void read(const J& from, T& field) {
    if constexpr (std::is_empty_v<T>) {
      return;
    } else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
      field = from.template get<T>();
    } else if constexpr (std::is_enum_v<T>) {
      const auto name = std::ranges::find(names_of<T>, from.template get<std::string>());
      field = static_cast<T>(name - names_of<T>.begin());
    } else if constexpr (std::same_as<T, Duration>) {
      field = parse_duration(from.template get<std::string>());
    } else if constexpr (std::same_as<T, sim::Ratio>) {
      field = parse_ratio(from.template get<std::string>());
    } else if constexpr (std::same_as<T, Object>) {
      field = Object(from);
    } else if constexpr (requires { field.emplace_back(); }) {
      field.clear();
      for (const J& item : from) read(item, field.emplace_back());
    } else if constexpr (requires { typename T::mapped_type; }) {
      for (const auto& [key, value] : from.items()) read(value, field[key]);
    } else if constexpr (requires { field.has_value(); }) {
      read(from, field.emplace());
    } else if constexpr (std::same_as<T, std::pair<Duration, Duration>>) {
      read(from.at(0), field.first);
      read(from.at(1), field.second);
    } else if constexpr (sim::FaultAction<T>) {
      const Reader form(from);
      T::fields([&](Key key, auto member, const sim::FieldInfo&) {
        if (key == sim::itself) return read(from, field.*member);
        if (form.has(key)) read(form[key], field.*member);
      });
    } else {
      Reader form(from);
      fields(form, field);
    }
  }

 private:
  const J& from_;
};

template <class J>
class Writer {
 public:
  explicit Writer(J& to) : to_(to) {}

  template <class T>
  void operator()(Key key, const T& field, const std::type_identity_t<T>& otherwise = {}) {
    if (!(field == otherwise)) always(key, field);
  }
  template <class T>
  void always(Key key, const T& field) {
    to_[key] = written(field);
  }
  void constant(Key key, int value) { to_[key] = value; }

  void choice(Key key, bool field, const std::array<std::string_view, 2>& words) {
    if (field) to_[key] = words[1];
  }
  void u64(Key key, std::uint64_t field, std::uint64_t otherwise) {
    if (field != otherwise) u64(key, field);
  }
  void u64(Key key, std::uint64_t field) {
    constexpr std::uint64_t exact_in_a_double = std::uint64_t{1} << 53;
    if (field > exact_in_a_double) {
      to_[key] = std::to_string(field);
    } else {
      to_[key] = field;
    }
  }
  template <class Alternative, class Variant>
  void alternative(Key key, const Variant& variant) {
    if (const auto* held = std::get_if<Alternative>(&variant)) always(key, *held);
  }
  template <class Variant, class Alternative, class Member>
  void alternative(Key key, const Variant& variant, Member Alternative::*member) {
    if (const auto* held = std::get_if<Alternative>(&variant)) always(key, held->*member);
  }

  [[nodiscard]] J& operator[](Key key) { return to_[key]; }
  [[nodiscard]] J& json() { return to_; }

  template <class T>
  static J written(const T& field) {
    if constexpr (std::is_empty_v<T>) {
      return J(true);
    } else if constexpr (std::is_arithmetic_v<T> || std::same_as<T, std::string>) {
      return J(field);
    } else if constexpr (std::is_enum_v<T>) {
      return J(names_of<T>[static_cast<std::size_t>(field)]);
    } else if constexpr (std::same_as<T, Duration>) {
      return J(castaway::to_string(field));
    } else if constexpr (std::same_as<T, sim::Ratio>) {
      return J(scenario::to_string(field));
    } else if constexpr (std::same_as<T, Object>) {
      return J(field.json());
    } else if constexpr (requires { field.has_value(); }) {
      return written(*field);
    } else if constexpr (requires { typename T::mapped_type; }) {
      J object(J::value_t::object);
      for (const auto& [key, value] : field) object[key] = written(value);
      return object;
    } else if constexpr (requires { field.begin(); }) {
      J list(J::value_t::array);
      for (const auto& item : field) list.push_back(written(item));
      return list;
    } else if constexpr (std::same_as<T, std::pair<Duration, Duration>>) {
      return J({written(field.first), written(field.second)});
    } else if constexpr (sim::FaultAction<T>) {
      J value(J::value_t::object);
      Writer form(value);
      T::fields([&](Key key, auto member, const sim::FieldInfo& info) {
        if (key == sim::itself) {
          value = written(field.*member);
        } else if (info.required) {
          form.always(key, field.*member);
        } else {
          form(key, field.*member, T().*member);
        }
      });
      return value;
    } else {
      J object(J::value_t::object);
      Writer form(object);
      fields(form, field);
      return object;
    }
  }

 private:
  J& to_;
};

// What several parts of a scenario have.

/// A value that may be anything stands in an Object, under the key "value".
template <class J>
void read_value(const Reader<J>& form, Object& value) {
  value = Object({{"value", form.json()}});
}

template <class J>
void write_value(Writer<J>& form, const Object& value) {
  const auto& values = value.json();
  const auto found = values.find("value");
  form.json() = found == values.end() ? J() : J(*found);
}

void fields(auto& form, Is<sim::EventPattern> auto& pattern) {
  form.always("ev", pattern.ev);
  form("op", pattern.op);
  form("server", pattern.server);
  form("fault", pattern.fault);
  form("what", pattern.what);
  form("n", pattern.n);
}

template <class J>
void fields(const Reader<J>& form, sim::Distribution& distribution) {
  using Shape = sim::Distribution::Shape;
  distribution = {};
  if (form.json().is_string()) return Reader<J>::read(form.json(), distribution.a);
  form("const", distribution.a);
  if (form.has("uniform")) {
    distribution.shape = Shape::uniform;
    Reader<J>::read(form["uniform"].at(0), distribution.a);
    Reader<J>::read(form["uniform"].at(1), distribution.b);
  } else if (form.has("exponential")) {
    distribution.shape = Shape::exponential;
    form("exponential", distribution.a);
  } else if (form.has("lognormal")) {
    distribution.shape = Shape::lognormal;
    const Reader<J> parts(form["lognormal"]);
    parts("median", distribution.a);
    parts("p99", distribution.b);
  }
  form("max", distribution.max);
}

template <class J>
void fields(Writer<J>& form, const sim::Distribution& distribution) {
  using Shape = sim::Distribution::Shape;
  const auto& [shape, a, b, max] = distribution;
  if (shape == Shape::constant) form.always("const", a);
  if (shape == Shape::uniform) form.always("uniform", std::pair(a, b));
  if (shape == Shape::exponential) form.always("exponential", a);
  if (shape == Shape::lognormal) {
    Writer<J> parts(form["lognormal"]);
    parts.always("median", a);
    parts.always("p99", b);
  }
  if (shape == Shape::exponential || shape == Shape::lognormal) form("max", max);
}

// The four blocks, each in a file of its own.

void read_world(const nlohmann::json& from, Scenario& scenario);
void read_script(const nlohmann::json& from, Scenario& scenario);
void read_faults(const nlohmann::json& from, Scenario& scenario);
void read_expect(const nlohmann::json& from, Scenario& scenario);

void write_world(nlohmann::ordered_json& to, const Scenario& scenario);
void write_script(nlohmann::ordered_json& to, const Scenario& scenario);
void write_faults(nlohmann::ordered_json& to, const Scenario& scenario);
void write_expect(nlohmann::ordered_json& to, const Scenario& scenario);

}  // namespace castaway::scenario
