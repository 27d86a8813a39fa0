// Any bytes at all, as what clients send to sessions over one simulated network and broker: what
// comes back is always whole frames that can be read, no frame is longer than was agreed on, and
// every session ends once its client does.
//
//     cmake --preset fuzz && cmake --build --preset fuzz --target session_fuzz
//     build/fuzz/sim/amqp_server/session_fuzz -max_total_time=60 -max_len=1024 -malloc_limit_mb=64
//         sim/amqp_server/fuzz/clients
//
// The first byte chooses the world. If it is odd, the rest is what one client sends, cut into
// pieces of as many bytes as the second says; the seeds are that, from the recordings of
// oslo.messaging. Else two clients log in, and each act is a byte for what and one for whom, and
// those that it needs.

#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "session_world_fixture.h"

namespace castaway::sim {
namespace {

constexpr std::uint32_t small_frames = 4096;

void require(bool holds) {
  if (!holds) std::abort();
}

/// Throws what cannot be read.
void check(const std::string& bytes, std::uint32_t frame_max) {
  std::string_view rest = bytes;
  if (rest.starts_with("AMQP")) {
    require(rest == amqp::protocol_header);
    return;
  }
  for (const ServerFrame& frame : frames_of_server(rest)) {
    static_cast<void>(line_of(frame));
    // A header cannot be cut, however long the properties that another client sent are.
    require(frame.type == amqp::FrameType::header ||
            frame.payload.size() + amqp::frame_overhead <= frame_max);
  }
}

class Script final {
 public:
  explicit Script(std::span<const std::uint8_t> bytes) : bytes_(bytes) {}

  void run() {
    const std::uint8_t first = next();
    const bool is_stream = (first & 1) != 0;
    if ((first & 2) != 0) frame_max_ = small_frames;
    if ((first & 4) != 0) heartbeat_ = 2;
    SessionWorld world({.frame_max = frame_max_, .max_message_size = 1 << 16},
                       (first & 8) != 0 ? Duration(500us) : Duration());
    world_ = &world;
    if (is_stream) {
      stream();
    } else {
      for (SessionClient*& client : clients_) client = log_in();
      while (!bytes_.empty()) act(next());
    }
    for (SessionClient* client : clients_) {
      if (client == nullptr) continue;
      check(client->bytes(), frame_max_);
      client->session().ended();
      require(client->session().over() && client->session().next() == never);
    }
    world.run();
    world.pass(1s);
  }

 private:
  std::uint8_t next() {
    if (bytes_.empty()) return 0;
    const std::uint8_t byte = bytes_.front();
    bytes_ = bytes_.subspan(1);
    return byte;
  }
  std::string some(std::size_t most) {
    const auto taken = bytes_.first(std::min(most, bytes_.size()));
    bytes_ = bytes_.subspan(taken.size());
    return std::string(taken.begin(), taken.end());
  }

  SessionClient* log_in() {
    SessionClient& client = world_->connect("client");
    client.log_in({2047, frame_max_, heartbeat_});
    client.say(1, amqp::ChannelOpen());
    return &client;
  }

  void stream() {
    const std::size_t step = std::size_t{next()} + 1;
    SessionClient& client = world_->connect("client");
    clients_[0] = &client;
    while (!bytes_.empty()) {
      client.send(some(step));
      check(client.bytes(), frame_max_);
    }
  }

  void act(std::uint8_t what) {
    const std::uint8_t whom = next();
    SessionClient*& client = clients_.at(whom & 1);
    const auto channel = static_cast<ChannelNumber>(whom >> 1 & 3);
    switch (what % 8) {
      case 0:
        client->send(some(next()));
        break;
      case 1: {
        const std::string payload = some(next());
        send_frame(*client, static_cast<std::uint8_t>(what / 8), channel, payload);
        break;
      }
      case 2:
        client->say(channel, request(next()));
        break;
      case 3: {
        const std::uint8_t how = next();
        client->publish(channel, {.routing_key = name(how), .mandatory = (how & 4) != 0},
                        {.body = std::string(how & 8 ? 5000 : how >> 4, 'x')}, frame_max_);
        break;
      }
      case 4: {
        static constexpr std::array<Duration, 4> lengths = {1ms, 1s, 3s, 40s};
        world_->pass(lengths.at(next() & 3));
        break;
      }
      case 5:
        check(client->bytes(), frame_max_);
        client->session().ended();
        require(client->session().over());
        client = log_in();
        break;
      case 6:
        operate(next());
        break;
      default:
        // A method whose arguments are anything.
        send_frame(*client, 1, channel, class_and_method(what / 8) + some(next()));
    }
    for (SessionClient* each : clients_) check(each->bytes(), frame_max_);
  }

  static void send_frame(SessionClient& client, std::uint8_t type, ChannelNumber channel,
                         const std::string& payload) {
    std::string frame = {static_cast<char>(type),          0, static_cast<char>(channel), 0, 0, 0,
                         static_cast<char>(payload.size())};
    client.send(frame + payload + '\xCE');
  }

  static std::string class_and_method(std::uint8_t which) {
    static constexpr std::array<std::array<char, 2>, 16> numbers = {{{10, 50},
                                                                     {10, 70},
                                                                     {20, 10},
                                                                     {20, 40},
                                                                     {40, 10},
                                                                     {50, 10},
                                                                     {50, 20},
                                                                     {50, 40},
                                                                     {60, 10},
                                                                     {60, 20},
                                                                     {60, 30},
                                                                     {60, 40},
                                                                     {60, 80},
                                                                     {60, 100},
                                                                     {60, 120},
                                                                     {85, 10}}};
    const auto& [class_id, method_id] = numbers.at(which % numbers.size());
    return {0, class_id, 0, method_id};
  }

  static std::string name(std::uint8_t which) {
    static const std::array<std::string, 4> names = {"a", "b", "c", ""};
    return names.at(which & 3);
  }

  static amqp::Method request(std::uint8_t how) {
    const std::string queue = name(how >> 4);
    const bool flag = (how & 0x40) != 0;
    switch (how & 15) {
      case 0:
        return amqp::ChannelOpen();
      case 1:
        return amqp::ChannelClose();
      case 2:
        return amqp::ChannelCloseOk();
      case 3:
        return amqp::QueueDeclare{.queue = queue, .exclusive = flag};
      case 4:
        return amqp::QueueDelete{.queue = queue};
      case 5:
        return amqp::BasicConsume{.queue = queue, .no_ack = flag};
      case 6:
        return amqp::BasicCancel{.consumer_tag = "amq.ctag-1"};
      case 7:
        return amqp::BasicAck{static_cast<std::uint64_t>(how >> 4), flag};
      case 8:
        return amqp::BasicNack{static_cast<std::uint64_t>(how >> 5), true, flag};
      case 9:
        return amqp::BasicRecover{flag};
      case 10:
        return amqp::BasicQos{.prefetch_count = static_cast<std::uint16_t>(how >> 4)};
      case 11:
        return amqp::ConfirmSelect();
      case 12:
        return amqp::ConnectionClose();
      case 13:
        return amqp::ConnectionCloseOk();
      case 14:
        return amqp::BasicPublish{.routing_key = queue};
      default:
        return amqp::QueueDeclare{.queue = queue, .passive = true};
    }
  }

  void operate(std::uint8_t what) {
    const TimePoint now = world_->now();
    switch (what % 4) {
      case 0:
        return world_->broker().block("memory", now);
      case 1:
        return world_->broker().unblock(now);
      case 2:
        return world_->broker().delete_queue(name(what >> 2), now);
      default:
        static_cast<void>(world_->network().restart_broker({.for_ = 10ms}, check::no_event));
        world_->pass(20ms);
    }
  }

  std::span<const std::uint8_t> bytes_;
  std::uint32_t frame_max_ = 131072;
  std::uint16_t heartbeat_ = 0;
  SessionWorld* world_ = nullptr;
  std::array<SessionClient*, 2> clients_ = {};
};

}  // namespace
}  // namespace castaway::sim

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  castaway::sim::Script({data, size}).run();
  return 0;
}
