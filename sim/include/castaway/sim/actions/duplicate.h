#pragma once
// Duplicate: copies of a message stand in its queue.

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "castaway/sim/fault_action.h"

namespace castaway::sim {

struct Duplicate {
  std::uint64_t copies = 1;
  std::uint64_t after_messages = 0;
  enum class To : std::uint8_t { any, same, other } to = To::any;
  bool redelivered_flag = false;

  static constexpr const char* name = "duplicate";
  static constexpr const char* about = "";
  static constexpr auto nature = check::Detail::copy;
  static constexpr OnMessages where{
      .publish =
          "A message cannot be duplicated on its publish hop: only a sender's own retry sends "
          "it twice.",
      .queue = possible,
      .ack = "duplicated: a receiver does not ack twice",
      .confirm = "duplicated: a broker confirms a publication once",
      .claim = "duplicated: a server asks once for what it takes",
      .redelivery = false};
  static constexpr void fields(auto visit) {
    visit("copies", &Duplicate::copies,
          {.about = "1 if not given.", .least = 1, .most = 1000, .shrinks = true});
    visit("after_messages", &Duplicate::after_messages,
          {.about = "So many other messages come between; 0 if not given.", .shrinks = true});
    visit(
        "to", &Duplicate::to,
        {.about = "To the original's consumer (any, once its connection has ended), to another, or "
                  "to any."});
    visit("redelivered_flag", &Duplicate::redelivered_flag,
          {.about = "Whether copies are flagged as redelivered; false if not given."});
  }
  [[nodiscard]] std::string wrong(const On& on) const {
    if (copies == 0) return "\"duplicate\" makes at least one copy.";
    return on.copy == Copy::duplicate ? "A copy is not copied again." : "";
  }
  void befall(Fate& fate, const Chance&) const { fate.copies = this; }
  friend constexpr std::array<std::string_view, 3> words_of(To) { return {"any", "same", "other"}; }
  friend bool operator==(const Duplicate&, const Duplicate&) = default;
};

}  // namespace castaway::sim
