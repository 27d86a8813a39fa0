// Any bytes at all, as what a broker says and when: each call and cast ends once and in time, the
// server and the client end, and nothing waits for ever.
//
//     cmake --preset fuzz && cmake --build --preset fuzz --target broker_fuzz
//     build/fuzz/sim/broker_fuzz -max_len=48 -len_control=0 -entropic=0 -use_cmp=0 -runs=1000000
//
// The first byte chooses the profile, and how far it has come. Then each act is one byte for what,
// one for the connection, and those that it needs: which tag, which request, which message.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <limits>
#include <span>

#include "library_tests/hostile_broker_fixture.h"

namespace castaway::sim {
namespace {

using Link = castaway::testing::ScriptedTransport::Link;

class Script final {
 public:
  explicit Script(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  void run() {
    const std::uint8_t first = next();
    HostileWorld world((first & 1) != 0 ? Profile::classic : Profile::strict, (first & 8) != 0);
    world_ = &world;
    if ((first & 2) != 0) world.be_honest(1s);
    if ((first & 4) != 0) world.call();
    world.run();
    while (!bytes_.empty()) {
      act(next());
      world.run();
    }
    const std::string trouble = world.end((first & 16) != 0);
    if (trouble.empty()) return;
    std::fprintf(stderr, "%s", trouble.c_str());
    std::abort();
  }

 private:
  std::uint8_t next() {
    if (bytes_.empty()) return 0;
    const std::uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }

  /// Small numbers, those around `last`, and those at the other end.
  std::uint64_t number(std::uint64_t last) {
    const std::uint8_t byte = next();
    const std::uint64_t offset = byte >> 2;
    switch (byte & 3) {
      case 0:
        return offset;
      case 1:
        return last + offset;
      case 2:
        return last - offset;
      default:
        return std::numeric_limits<std::uint64_t>::max() - offset;
    }
  }

  std::string consumer_tag() {
    static const std::array<std::string, 4> tags = {"1", "2", "3", "nobody's"};
    return tags.at(next() & 3);
  }

  /// One that a connection has published, perhaps with something wrong in it; or one of any bytes.
  Message message() {
    const std::uint8_t byte = next();
    std::vector<Message> known;
    for (const auto& link : world_->broker().links()) {
      for (const Publication& publication : link->published) known.push_back(publication.message);
    }
    Message message;
    if (byte < 0xF0 && !known.empty()) {
      message = known.at(byte % known.size());
      if (byte < 0xC0) return message;
      const std::size_t at = next();
      if (at < message.body.size()) message.body[at] = static_cast<char>(next());
      return message;
    }
    for (int size = byte & 0xF; size > 0; --size) message.body += static_cast<char>(next());
    return message;
  }

  void act(std::uint8_t what) {
    const auto links = world_->broker().links();
    switch (what % 24) {
      case 0:
        return call();
      case 1:
        return world_->cast();
      case 2:
        return world_->cast({.fanout = true});
      case 3:
        return world_->stop();
      case 4:
        return pass();
      case 5:
        static_cast<void>(world_->broker().tell_all());
        return;
      case 6:
        world_->broker().on_connect = [this, event = next()](Link& link) { tell(event, link); };
        return;
      case 7:
        world_->broker().on_connect = {};
        return;
      case 8:
        return world_->be_honest(10ms);
      default:
        if (!links.empty()) tell(what, *links.at(next() % links.size()));
    }
  }

  void call() {
    const std::uint8_t how = next();
    Overrides overrides;
    if ((how & 1) != 0) overrides.call_monitor_timeout = Duration(2s);
    if ((how & 2) != 0) overrides.retry = (how & 4) != 0 ? 1 : 0;
    world_->call(overrides, (how & 8) != 0 ? "slow" : "echo");
  }

  void pass() {
    static constexpr std::array<Duration, 8> lengths = {1us, 1ms, 100ms, 300ms, 1s, 5s, 10s, 20s};
    world_->pass(lengths.at(next() & 7));
  }

  void tell(std::uint8_t what, Link& link) {
    switch (what % 12) {
      case 0:
        return link.tell([](ConnectionEvents& to) { to.opened(); });
      case 1:
        return link.tell([&](ConnectionEvents& to) { to.completed(number(link.requests)); });
      case 2: {
        const std::uint64_t tag = number(link.published.size());
        const std::uint8_t how = next();
        return link.tell(
            [&](ConnectionEvents& to) { to.confirmed(tag, (how & 1) != 0, (how & 2) != 0); });
      }
      case 3:
        return link.tell(
            [&](ConnectionEvents& to) { to.refused(number(link.published.size()), "too long"); });
      case 4:
        return link.tell([&](ConnectionEvents& to) { to.returned({.message = message()}); });
      case 5: {
        Delivery delivery{.consumer_tag = consumer_tag(), .message = message()};
        delivery.delivery_tag = number(link.delivered.size());
        return link.tell([&](ConnectionEvents& to) { to.delivered(std::move(delivery)); });
      }
      case 6:
        return link.tell([&](ConnectionEvents& to) { to.cancelled(consumer_tag()); });
      case 7:
        return next() % 2 == 0 ? link.tell([](ConnectionEvents& to) { to.blocked("memory"); })
                               : link.tell([](ConnectionEvents& to) { to.unblocked(); });
      case 8: {
        static constexpr std::array<std::uint16_t, 4> codes = {0, 320, 404, 541};
        const Closed closed{.code = codes.at(next() & 3), .text = "closed"};
        return link.tell([&](ConnectionEvents& to) { to.closed(closed); });
      }
      case 9:
        return link.skip_next();
      case 10:
        link.stuck = !link.stuck;
        return;
      default:
        static_cast<void>(link.tell_next());
    }
  }

  std::span<const std::uint8_t> bytes_;
  HostileWorld* world_ = nullptr;
};

}  // namespace
}  // namespace castaway::sim

/// A second stack for every task, so that use after return is seen, would cost most of the time.
extern "C" const char* __asan_default_options() { return "detect_stack_use_after_return=0"; }

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  castaway::sim::Script({data, size}).run();
  return 0;
}
