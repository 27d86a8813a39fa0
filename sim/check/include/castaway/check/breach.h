#pragma once
// Breach: in what way a property is broken, as a value. Two violations of one property with equal
// breaches are of one kind, whatever the names, times and numbers in them.

#include <string>
#include <string_view>

#include "castaway/check/event.h"

namespace castaway::check {

/// An open enumeration: each law has kinds of its own, in its own file, as
/// `constexpr BreachKind executed_again{"executed again"};`.
class BreachKind {
 public:
  constexpr BreachKind() = default;
  constexpr explicit BreachKind(std::string_view word) : word_(word) {}
  [[nodiscard]] constexpr std::string_view word() const { return word_; }
  friend constexpr bool operator==(const BreachKind&, const BreachKind&) = default;

 private:
  std::string_view word_ = "broken";  ///< a literal
};

struct Breach {
  BreachKind kind = {};
  /// What the kind leaves open: in which events it shows, as in "completed again: return, timeout".
  EventKind first = EventKind::note;
  EventKind second = EventKind::note;
  OperationKind other = OperationKind::none;  ///< what the other operation is, if there is one
  Detail detail = Detail::none;
  friend bool operator==(const Breach&, const Breach&) = default;
};

/// "completed again: return, timeout"
[[nodiscard]] std::string to_string(const Breach& breach);

}  // namespace castaway::check
