#pragma once
// FaultAction: what an action of a fault plan says of itself. Each action is one struct, in a
// header of its own in actions/: its fields, its words, where it may happen, and what it does.
//
//     /// It comes later.
//     struct Delay {
//       Distribution by = {};
//
//       static constexpr const char* name = "delay";             // its key in a scenario
//       static constexpr const char* about = "It comes later.";  // for the schema
//       static constexpr auto nature = check::Detail::lateness;  // for the laws
//       static constexpr OnMessages where = anywhere;
//       static constexpr void fields(auto visit) { visit(itself, &Delay::by, {}); }
//       [[nodiscard]] std::string wrong(const On&) const { return validate(by); }
//       void befall(Fate& fate, const Chance& chance) const;
//       friend bool operator==(const Delay&, const Delay&) = default;
//     };
//
// The scenario format reads, writes and describes an action by its fields; so do lint and shrink.
// An action has:
//
//   where                          if it happens to messages
//   edge                           if it happens on an edge without messages
//   befall(Fate&, Chance)          what becomes of a message
//   damage(body, Chance)           what becomes of its body
//   strike(World&, On, cause)      what becomes of the world; or of a SimulatedWorld
//   wrong(On)                      optional: which values make no sense; empty if all is well
//   why_not_over(On, Capabilities) optional: why no real transport can do it; empty if one can
//   exactly_one                    optional: a rule gives one of the fields

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "castaway/capabilities.h"
#include "castaway/check/history.h"
#include "castaway/sim/decisions.h"
#include "castaway/sim/fault_conditions.h"
#include "castaway/time.h"

namespace castaway::sim {

class World;
class SimulatedWorld;
struct ConfirmAs;
struct Disconnect;
struct Duplicate;

/// Why an action may not happen in a place. There is no default: an action answers for each place.
class WhyNot {
 public:
  consteval WhyNot(const char* why) : why_(why) {}
  [[nodiscard]] constexpr bool is_possible() const { return why_ == nullptr; }
  /// Requires: it is not possible.
  [[nodiscard]] constexpr std::string_view why() const { return why_; }

 private:
  const char* why_;
};
inline constexpr WhyNot possible(nullptr);
/// It happens on the action's own edge, and that is all there is to say.
inline constexpr WhyNot elsewhere("");

/// Where an action may happen to messages. Requests, replies and heartbeats have a publish hop and
/// a queue, and the reason is a sentence. Acks, confirms and claims have neither body nor queue,
/// and the reason ends the sentence "An ack can be dropped or delayed, never ...".
struct OnMessages {
  WhyNot publish;
  WhyNot queue;
  WhyNot ack;
  WhyNot confirm;
  WhyNot claim;
  bool redelivery = true;  ///< in a queue: to what comes back to it, too
};
inline constexpr OnMessages anywhere{.publish = possible,
                                     .queue = possible,
                                     .ack = possible,
                                     .confirm = possible,
                                     .claim = possible};

/// What a text names.
enum class Named : std::uint8_t { anything, process, client, server, queue };

/// What a field says of itself besides its type. Its default is that of the member.
struct FieldInfo {
  const char* about = "";  ///< for the schema
  bool required = false;
  Named names = Named::anything;  ///< of a text
  std::uint64_t least = 0;        ///< of a number that is given
  std::uint64_t most = 0;         ///< of a number; no bound if 0
  bool is_signed = false;         ///< of a duration
  bool shrinks = false;           ///< a failure with less of it is a simpler one
};

/// The key of a field that is all there is to an action, as in {"delay": {"const": "1ms"}}.
inline constexpr char itself[] = "";

/// Visits any field, and does nothing.
struct AnyField {
  void operator()(const char*, auto, const FieldInfo&) const {}
};

/// How an action draws what it leaves to chance.
struct Chance {
  Decisions& decisions;
  std::string_view name;  ///< of the decision, or how its name begins
};

/// What an action does to one message. The carrier of the message applies what it can.
struct Fate {
  bool lost = false;
  std::optional<Duration> late = {};
  bool redelivered = false;             ///< it is flagged as redelivered
  const EventPattern* until = nullptr;  ///< it is held until this happens
  bool out_of_order = false;            ///< others may go before it
  std::uint64_t overtakes = 0;          ///< it goes before so many others
  std::uint64_t places = 0;             ///< it is as late as if so many others went before it
  bool unroutable = false;
  bool refused = false;
  const Duplicate* copies = nullptr;     ///< copies of it are made
  const ConfirmAs* confirmed = nullptr;  ///< it is a confirm, and said in another way
  const Disconnect* cut = nullptr;       ///< the connection breaks under it
};

template <class A>
concept HappensToMessages = std::same_as<decltype(A::where), const OnMessages> &&(
    requires(const A& action, Fate& fate, const Chance& chance) { action.befall(fate, chance); } ||
    requires(const A& action, std::string& body, const Chance& chance) {
      action.damage(body, chance);
    });
template <class A, class SomeWorld>
concept StrikesA = requires(const A& action, SomeWorld& world, const On& on,
                            check::EventIndex cause) {
  action.strike(world, on, cause);
};
template <class A>
concept HappensToTheWorld = std::same_as<decltype(A::edge), const Edge> &&
    (StrikesA<A, World> || StrikesA<A, SimulatedWorld>);

template <class A>
concept FaultAction = std::equality_comparable<A> && requires {
  std::string_view(A::name);
  std::string_view(A::about);
  check::Detail(A::nature);
  A::fields(AnyField());
} &&(HappensToMessages<A> || HappensToTheWorld<A>);

}  // namespace castaway::sim
