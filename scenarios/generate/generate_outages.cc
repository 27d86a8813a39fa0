// What the rules of a generated fault plan do to links, processes and clocks.

#include "generate_faults.h"

namespace castaway::scenario {

using sim::Disconnect;
using sim::Edge;
using sim::Hop;

std::string anyone(const Dice& dice, const Names& servers, const Names& clients) {
  if (servers.empty() || dice.happens("client", {1, 3})) return dice.one_of("who", clients);
  return dice.one_of("who", servers);
}

namespace {

Disconnect cut_of(const Occasion& at) {
  return {.who = anyone(at.dice, at.targets.breakable, at.targets.clients),
          .for_ = at.dice.pick<Duration>("for", {0s, 0s, 5ms, 100ms, 1s, 3s, 10s, 40s})};
}

/// The broker does not know of it for a while.
Disconnect stale_of(const Occasion& at) {
  Disconnect cut = cut_of(at);
  cut.stale = at.dice.pick<Duration>("stale", {5ms, 100ms, 1s, 5s, 20s, 70s});
  return cut;
}

Disconnect half_open_of(const Occasion& at) {
  using Way = Disconnect::Way;
  Disconnect cut = cut_of(at);
  cut.half_open = true;
  cut.way = at.dice.pick("way", {Way::both, Way::to_broker, Way::from_broker});
  if (cut.for_ > Duration::zero() && at.dice.happens("flush", {1, 2}))
    cut.then = Disconnect::Then::flush;
  return cut;
}

/// Heartbeats get through, so that it says itself when it ends.
Disconnect unnoticed_of(const Occasion& at) {
  Disconnect cut = half_open_of(at);
  cut.unnoticed = true;
  cut.for_ = at.dice.pick<Duration>("unnoticed-for", {5ms, 100ms, 1s, 10s, 40s, 90s});
  return cut;
}

sim::SlowLink slow_of(const Occasion& at) {
  using Way = sim::SlowLink::Way;
  const bool by_the_byte = at.dice.happens("by-the-byte", {1, 3});
  return {.who = anyone(at.dice, at.targets.servers, at.targets.clients),
          .by = by_the_byte ? sim::Distribution() : extra(at.dice.of("by")),
          .bytes_per_second =
              by_the_byte ? at.dice.pick<std::uint64_t>("bytes", {500, 5'000, 100'000}) : 0,
          .for_ = at.dice.pick<Duration>("for", {20ms, 500ms, 2s, 10s}),
          .way = at.dice.pick("way", {Way::both, Way::to_broker, Way::from_broker})};
}

sim::Kill kill_of(const Occasion& at) {
  const auto& [dice, draft, targets, edge] = at;
  const bool a_server =
      targets.mortal.empty() || (!targets.killable.empty() && !dice.happens("client", {1, 3}));
  sim::Kill kill{.who = dice.one_of("who", a_server ? targets.killable : targets.mortal)};
  // A client that came back would run its script again, under the same names. Who is asked in the
  // end has to be there.
  const bool needed = draft.scenario.clock.quiet.has_value();
  if (a_server && (needed || dice.happens("restarts", {3, 4}))) {
    kill.restart = dice.pick<Duration>("restart", {1ms, 50ms, 500ms, 2s, 5s});
  }
  return kill;
}

using sim::Action;
using Care = Act::Care;

constexpr Act cut{[](const Occasion& at) -> Action { return cut_of(at); }, Care::cuts};
constexpr Act stale{[](const Occasion& at) -> Action { return stale_of(at); }, Care::cuts};
constexpr Act half_open{[](const Occasion& at) -> Action { return half_open_of(at); }};
constexpr Act unnoticed{[](const Occasion& at) -> Action { return unnoticed_of(at); }};
constexpr Act slowed{[](const Occasion& at) -> Action { return slow_of(at); }};
constexpr Act killed{[](const Occasion& at) -> Action { return kill_of(at); }, Care::kills};
constexpr Act paused{[](const Occasion& at) -> Action {
  return sim::Pause{.who = anyone(at.dice, at.targets.servers, at.targets.clients),
                    .for_ = at.dice.pick<Duration>("for", {5ms, 50ms, 500ms, 2s, 6s})};
}};
constexpr Act stepped{[](const Occasion& at) -> Action {
  return sim::JumpWall{.by = at.dice.pick<Duration>("by", {-1h, -500ms, 500ms, 1h, 24h})};
}};

constexpr Choice all_choices_of_outages[] = {
    {Edge::link, Hop::deliver, cut},       {Edge::link, Hop::deliver, cut},
    {Edge::link, Hop::deliver, cut},       {Edge::link, Hop::deliver, stale},
    {Edge::link, Hop::deliver, half_open}, {Edge::link, Hop::deliver, half_open},
    {Edge::link, Hop::deliver, unnoticed}, {Edge::link, Hop::deliver, slowed},
    {Edge::process, Hop::deliver, killed}, {Edge::process, Hop::deliver, killed},
    {Edge::process, Hop::deliver, paused}, {Edge::clock, Hop::deliver, stepped},
};

}  // namespace

std::span<const Choice> choices_of_outages() { return all_choices_of_outages; }

}  // namespace castaway::scenario
