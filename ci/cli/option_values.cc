#include "option_values.h"

#include <charconv>
#include <limits>
#include <stdexcept>

#include <fmt/format.h>

#include "castaway/scenario/units.h"

#include "text.h"
#include "usage_error.h"

namespace castaway::ci {

namespace {

/// Digits only, and it must fit.
std::uint64_t number(const std::string& flag, const std::string& text, std::uint64_t least) {
  std::uint64_t value = 0;
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error == std::errc() && stop == end && value >= least) return value;
  throw UsageError(fmt::format("{} wants a whole number from {} to {}, not \"{}\"", flag, least,
                               std::numeric_limits<std::uint64_t>::max(), text));
}

/// "5s"
Duration duration(const std::string& flag, const std::string& text) {
  try {
    if (const Duration given = scenario::parse_duration(text); given > Duration::zero())
      return given;
  } catch (const std::invalid_argument& error) {
    throw UsageError(fmt::format("{}: {}", flag, error.what()));
  }
  throw UsageError(fmt::format("{} wants more than no time, not \"{}\"", flag, text));
}

scenario::SubjectProfile profile(const std::string& text) {
  for (const scenario::SubjectProfile known : scenario::every_profile) {
    if (text == to_string(known)) return known;
  }
  throw UsageError(fmt::format("--profile is strict, classic or strict+claims, not \"{}\"", text));
}

/// One text, as the type of a field says.
struct Reading {
  const Option& option;
  const std::string& text;

  void into(bool& field) const { field = true; }
  void into(std::string& field) const { field = text; }
  void into(std::uint64_t& field) const { field = number(name_of(option), text, option.least); }
  void into(Duration& field) const { field = duration(name_of(option), text); }
  void into(scenario::SubjectProfile& field) const { field = profile(text); }
  void into(scenario::Explore::How& field) const { field = strategy(text); }
  template <class T>
  void into(std::optional<T>& field) const {
    into(field.emplace());
  }
};

struct Storing {
  const Option& option;
  const std::vector<std::string>& given;

  void operator()(std::monostate) const {}
  template <class T>
  void operator()(T* field) const {
    Reading{option, given.back()}.into(*field);
  }
  template <class T>
  void operator()(std::vector<T>* field) const {
    field->clear();
    for (const std::string& text : given) Reading{option, text}.into(field->emplace_back());
  }
};

}  // namespace

void store(const Option& option, const std::vector<std::string>& given) {
  std::visit(Storing{option, given}, option.into);
}

scenario::Explore::How strategy(const std::string& text) {
  using How = scenario::Explore::How;
  std::vector<std::string> known;
  for (const How how : {How::random, How::boundary, How::pct, How::exhaustive, How::portfolio}) {
    if (text == to_string(how)) return how;
    known.emplace_back(to_string(how));
  }
  throw UsageError(fmt::format("--strategy is {}, not \"{}\"", listed(known), text));
}

}  // namespace castaway::ci
